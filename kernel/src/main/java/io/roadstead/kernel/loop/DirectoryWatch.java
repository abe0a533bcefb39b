package io.roadstead.kernel.loop;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.time.Loop;

/**
 * All directory watches of an agent on one thread. For each watched directory it follows the directory itself, its parent (the directory may be made or replaced
 * later) and the folder of every symbolic link on the way to it (the link may be swapped, as Kubernetes does with mounted volumes). Its state is guarded by its
 * own monitor, which is never held while other code runs.
 */
public final class DirectoryWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DirectoryWatch.class);
    private static final int MOST_LINKS = 40;

    private final WatchService service;
    /** One key stands for one directory however often it is registered, hence the count by its users. */
    private final Map<WatchKey, Set<Watch>> watchesByKey = new HashMap<>();

    /** Starts the thread. */
    public DirectoryWatch() {
        try {
            service = FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().name("directory-watch").daemon().inheritInheritableThreadLocals(false).start(this::run);
    }

    /** See {@link io.roadstead.api.plugin.PluginContext#watch}. */
    public Registration watch(Path directory, Duration settle, Loop loop, Runnable changed) {
        return watch(directory, settle, loop, (Set<Path> names) -> changed.run());
    }

    /** See {@link io.roadstead.api.plugin.PluginContext#watch}. */
    public Registration watch(Path directory, Duration settle, Loop loop, Consumer<Set<Path>> changed) {
        Watch watch = new Watch(directory.toAbsolutePath(), settle, loop, changed);
        follow(watch, null);
        loop.execute(watch::call);
        return () -> {
            watch.closed = true;
            release(watch, Set.of());
        };
    }

    /** Ends all watches. Idempotent. */
    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                Set<Path> names = names(key.pollEvents());
                for (Watch watch : reset(key)) {
                    switch (follow(watch, key)) {
                        case INSIDE -> watch.signal(names);
                        case MOVED -> watch.signal(Set.of());
                        case BESIDE -> {
                        }
                    }
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException ended) {
            log.debug("directory watch ended");
        }
    }

    /** None when some were lost. */
    private static Set<Path> names(List<WatchEvent<?>> events) {
        Set<Path> names = new HashSet<>();
        for (WatchEvent<?> event : events) {
            if (!(event.context() instanceof Path name)) {
                return Set.of();
            }
            names.add(name);
        }
        return names;
    }

    private synchronized Set<Watch> reset(WatchKey key) {
        Set<Watch> concerned = Set.copyOf(watchesByKey.getOrDefault(key, Set.of()));
        if (!key.reset()) {
            watchesByKey.remove(key);
        }
        return concerned;
    }

    /** What an event means for a watch: something in the directory, the path leads to another directory now, or nothing. */
    private enum Concern {
        INSIDE, MOVED, BESIDE
    }

    /** Registers anew where the path leads now, and leaves what it led to before. Returns what an event of that key means for the watch. */
    private synchronized Concern follow(Watch watch, @Nullable WatchKey event) {
        if (watch.closed) {
            return Concern.BESIDE;
        }
        WatchKey before = watch.own;
        watch.own = null;
        Set<WatchKey> keys = new HashSet<>();
        for (Path directory : directoriesToFollow(watch.directory)) {
            try {
                WatchKey key = directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
                watchesByKey.computeIfAbsent(key, k -> new HashSet<>()).add(watch);
                keys.add(key);
                if (directory.equals(watch.directory)) {
                    watch.own = key;
                }
            } catch (IOException e) {
                log.debug("cannot watch directory={} cause={}", directory, e.toString());
            }
        }
        release(watch, keys);
        return !Objects.equals(watch.own, before) ? Concern.MOVED : Objects.equals(event, before) ? Concern.INSIDE : Concern.BESIDE;
    }

    private synchronized void release(Watch watch, Set<WatchKey> except) {
        watchesByKey.entrySet().removeIf(entry -> {
            if (except.contains(entry.getKey()) || !entry.getValue().remove(watch) || !entry.getValue().isEmpty()) {
                return false;
            }
            entry.getKey().cancel();
            return true;
        });
    }

    static Set<Path> directoriesToFollow(Path directory) {
        Set<Path> result = new LinkedHashSet<>();
        Path existing = directory.getParent();
        while (existing != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        if (existing != null) {
            result.add(existing);
        }
        addFoldersOfLinks(directory, result, MOST_LINKS);
        if (Files.isDirectory(directory)) {
            result.add(directory);
        }
        return result;
    }

    private static void addFoldersOfLinks(Path path, Set<Path> result, int mostLinks) {
        Path walked = path.getRoot();
        for (Path name : path) {
            Path parent = walked;
            walked = walked.resolve(name);
            if (Files.isSymbolicLink(walked) && mostLinks > 0) {
                result.add(parent);
                try {
                    addFoldersOfLinks(parent.resolve(Files.readSymbolicLink(walked)).normalize(), result, mostLinks - 1);
                } catch (IOException ignored) {
                    // Swapped at this moment: the event of that swap comes next.
                    log.debug("link vanished path={}", walked);
                }
            }
        }
    }

    /** For tests: how many directories are registered. */
    synchronized int registered() {
        return watchesByKey.size();
    }

    /** For tests: the directories that are registered. */
    synchronized List<Path> directories() {
        return watchesByKey.keySet().stream().map(key -> (Path) key.watchable()).sorted().toList();
    }

    private static final class Watch {
        private final Path directory;
        private final Duration settle;
        private final Loop loop;
        private final Consumer<Set<Path>> changed;
        private volatile boolean closed;
        /** Of the directory itself; null while there is none. Guarded by the outer monitor. */
        private @Nullable WatchKey own;
        /** What follows is confined to the loop. */
        private final Set<Path> names = new HashSet<>();
        private boolean everything = true;
        private boolean pending;

        private Watch(Path directory, Duration settle, Loop loop, Consumer<Set<Path>> changed) {
            this.directory = directory;
            this.settle = settle;
            this.loop = loop;
            this.changed = changed;
        }

        /** Without names, anything may have changed. */
        private void signal(Set<Path> more) {
            loop.execute(() -> {
                names.addAll(more);
                everything |= more.isEmpty();
                if (!pending) {
                    pending = true;
                    loop.schedule(settle, this::call);
                }
            });
        }

        private void call() {
            Set<Path> gathered = everything ? Set.of() : Set.copyOf(names);
            names.clear();
            everything = false;
            pending = false;
            if (!closed) {
                changed.accept(gathered);
            }
        }
    }
}
