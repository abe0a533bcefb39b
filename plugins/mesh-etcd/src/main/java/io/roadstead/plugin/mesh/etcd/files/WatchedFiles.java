package io.roadstead.plugin.mesh.etcd.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.client.TargetSource;
import io.roadstead.plugin.mesh.etcd.files.ConfigFile.Absent;
import io.roadstead.plugin.mesh.etcd.files.ConfigFile.Mistaken;
import io.roadstead.plugin.mesh.etcd.files.ConfigFile.SomethingElse;
import io.roadstead.plugin.mesh.etcd.files.ConfigFile.Unreadable;
import io.roadstead.plugin.mesh.etcd.files.ConfigFile.Usable;

/**
 * Follows the files that say how clusters are reached. A file with a mistake leaves in force what it said before; one that is gone, cannot be read or has no
 * {@code endpoints:} any more takes its cluster along. What a change does not alter in meaning is not told. Confined to its loop.
 */
public final class WatchedFiles implements TargetSource {

    private static final Logger log = LoggerFactory.getLogger(WatchedFiles.class);

    /** Gathers the steps of one change, as of Secrets that are mounted. */
    private static final Duration SETTLE = Duration.ofMillis(200);
    /** A cluster that goes takes its backends along: the moment between an editor's removing and making a file must not do that. */
    private static final Duration GONE_FOR = Duration.ofSeconds(1);
    /** Missing certificates may lie in a directory that is not watched. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final PluginContext context;
    private final Loop loop;
    private final FileNames names;
    private final Map<String, Target> inForce = new HashMap<>();
    private final Map<String, Instant> goneSince = new HashMap<>();
    private final Map<Path, Registration> watches = new HashMap<>();
    private @Nullable Consumer<Targets> changed;
    private @Nullable Targets told;
    private @Nullable TimerHandle timer;
    private boolean closed;

    private WatchedFiles(PluginContext context, Loop loop, FileNames names) {
        this.context = context;
        this.loop = loop;
        this.names = names;
    }

    /** A directory with one file for each cluster, called as the cluster is. Names that begin with a dot, and files that are no configuration, are passed over. */
    public static WatchedFiles directory(PluginContext context, Loop loop, Path directory) {
        return new WatchedFiles(context, loop, new FileNames.OfDirectory(directory));
    }

    /** One file, whatever it is called, for the cluster of that name. */
    public static WatchedFiles single(PluginContext context, Loop loop, String cluster, Path file) {
        return new WatchedFiles(context, loop, new FileNames.Single(cluster, file));
    }

    @Override
    public void start(Consumer<Targets> listener) {
        loop.execute(() -> {
            if (!closed) {
                changed = listener;
                watch(names.directory());
            }
        });
    }

    /** From any thread. */
    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            watches.values().forEach(Registration::close);
            watches.clear();
            cancelTimer();
        });
    }

    private void watch(Path directory) {
        watches.computeIfAbsent(directory, path -> context.watch(path, SETTLE, loop, this::scan));
    }

    private void scan() {
        Consumer<Targets> listener = changed;
        if (closed || listener == null) {
            return;
        }
        cancelTimer();
        List<String> problems = new ArrayList<>();
        try {
            SortedMap<String, Path> files = names.list(problems);
            files.forEach((cluster, file) -> take(cluster, ConfigFile.look(names.directory(), file), problems));
            for (String cluster : List.copyOf(inForce.keySet())) {
                if (!files.containsKey(cluster)) {
                    leave(cluster, "its file is gone");
                }
            }
            followLinks(files.values());
        } catch (IOException e) {
            problems.add(
                    names.directory() + " cannot be listed" + (inForce.isEmpty() ? "" : ", what was known stays in force") + ": "
                            + reason(e)
                            + "; make the directory readable for the agent, or name another");
        }
        TargetCheck check = new TargetCheck();
        new TreeMap<>(inForce).forEach((cluster, target) -> problems.addAll(check.problems(cluster, target)));
        Targets targets = new Targets(inForce, problems);
        if (!targets.equals(told)) {
            told = targets;
            listener.accept(targets);
        }
        if (!goneSince.isEmpty()) {
            timer = loop.schedule(GONE_FOR, this::scan);
        } else if (!problems.isEmpty()) {
            timer = loop.schedule(RETRY, this::scan);
        }
    }

    private void take(String cluster, ConfigFile file, List<String> problems) {
        switch (file) {
            case Usable(EtcdConfig config) -> {
                goneSince.remove(cluster);
                if (!config.target().equals(inForce.put(cluster, config.target()))) {
                    log.info("cluster configured cluster={} endpoints={} notes={}", cluster, config.target().endpoints(), config.notes());
                }
            }
            case Mistaken(String problem) -> {
                goneSince.remove(cluster);
                problems.add(inForce.containsKey(cluster) ? problem + ", what it said before stays in force" : problem);
            }
            case Unreadable(String problem) -> {
                problems.add(problem);
                leave(cluster, "its file cannot be read");
            }
            case SomethingElse() -> {
                addIfRequired(cluster, "has no endpoints:; write '- https://HOST:2379' below it", problems);
                leave(cluster, "its file has no endpoints: any more");
            }
            case Absent() -> {
                addIfRequired(cluster, "does not exist; write it, or correct its name", problems);
                leave(cluster, "its file is gone");
            }
        }
    }

    /** A directory may hold anything; a file that was named must be there. */
    private void addIfRequired(String cluster, String problem, List<String> problems) {
        if (names instanceof FileNames.Single(String name, Path file) && name.equals(cluster)) {
            problems.add(file + " " + problem);
        }
    }

    private void leave(String cluster, String reason) {
        if (!inForce.containsKey(cluster)) {
            return;
        }
        Instant now = context.clock().instant();
        Instant since = goneSince.computeIfAbsent(cluster, name -> now);
        if (!now.isBefore(since.plus(GONE_FOR))) {
            goneSince.remove(cluster);
            inForce.remove(cluster);
            log.warn("cluster removed cluster={} reason={}", cluster, reason);
        }
    }

    /** What files link to changes without an event in the directory of the links. */
    private void followLinks(Iterable<Path> files) {
        Set<Path> wanted = new HashSet<>(Set.of(names.directory()));
        for (Path file : files) {
            if (Files.isSymbolicLink(file)) {
                try {
                    Path parent = file.toRealPath().getParent();
                    if (parent != null) {
                        wanted.add(parent);
                    }
                } catch (IOException ignored) { // points to nothing: shown as a problem, and tried again
                }
            }
        }
        for (Iterator<Map.Entry<Path, Registration>> each = watches.entrySet().iterator(); each.hasNext();) {
            Map.Entry<Path, Registration> watch = each.next();
            if (!wanted.contains(watch.getKey())) {
                watch.getValue().close();
                each.remove();
            }
        }
        wanted.forEach(this::watch);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "it does not exist";
            case NotDirectoryException file -> "it is no directory";
            case AccessDeniedException denied -> "it may not be read";
            default -> String.valueOf(e.getMessage());
        };
    }
}
