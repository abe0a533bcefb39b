package io.roadstead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;

/**
 * A context whose time, chance and directory events a test controls. All its loops are one {@link ManualScheduler}; nothing runs until the test advances it.
 * Confined to the test's thread.
 */
public final class FakePluginContext implements PluginContext {

    private final String pluginId;
    private final String nodeName;
    private final Path stateDirectory;
    private final ManualScheduler scheduler = new ManualScheduler();
    private final FakeMetrics metrics = new FakeMetrics();
    private final RandomGenerator random = new Random(1);
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /** On node {@code node-1}. */
    public FakePluginContext(String pluginId, Path stateDirectory) {
        this(pluginId, "node-1", stateDirectory);
    }

    public FakePluginContext(String pluginId, String nodeName, Path stateDirectory) {
        this.pluginId = pluginId;
        this.nodeName = nodeName;
        this.stateDirectory = stateDirectory;
    }

    /** What every {@link #loop} is. */
    public ManualScheduler scheduler() {
        return scheduler;
    }

    @Override
    public String pluginId() {
        return pluginId;
    }

    @Override
    public String pluginVersion() {
        return "1.0.0";
    }

    @Override
    public String nodeName() {
        return nodeName;
    }

    @Override
    public InstantSource clock() {
        return scheduler.clock();
    }

    @Override
    public LongSupplier monotonicNanos() {
        return () -> Duration.between(Instant.EPOCH, clock().instant()).toNanos();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Loop loop(String name) {
        return scheduler;
    }

    @Override
    public FakeMetrics metrics() {
        return metrics;
    }

    @Override
    public Path stateDirectory() {
        try {
            return Files.createDirectories(stateDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Registration watch(Path directory, Duration settle, Loop loop, Consumer<Set<Path>> changed) {
        Watch watch = new Watch(directory, settle, loop, changed);
        watches.add(watch);
        loop.execute(() -> changed.accept(Set.of()));
        return closeOnUnload(() -> watches.remove(watch));
    }

    /** Tells the watches of this directory that something in it changed; without names, that anything may have. */
    public void directoryChanged(Path directory, String... names) {
        Set<Path> paths = Stream.of(names).map(Path::of).collect(Collectors.toSet());
        watches.stream().filter(watch -> watch.directory.equals(directory)).forEach(watch -> watch.signal(paths));
    }

    /** The directories that are watched now. */
    public List<Path> watchedDirectories() {
        return watches.stream().map(watch -> watch.directory).toList();
    }

    @Override
    public Registration closeOnUnload(AutoCloseable resource) {
        resources.push(resource);
        return () -> {
            if (resources.remove(resource)) {
                close(resource);
            }
        };
    }

    /** What the kernel does at unload: closes what is still open, last registered first. */
    public void unload() {
        while (!resources.isEmpty()) {
            close(resources.pop());
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new AssertionError("closing " + resource + " failed", e);
        }
    }

    private static final class Watch {
        private final Path directory;
        private final Duration settle;
        private final Loop loop;
        private final Consumer<Set<Path>> changed;
        private final Set<Path> names = new HashSet<>();
        private boolean everything;
        private boolean pending;

        private Watch(Path directory, Duration settle, Loop loop, Consumer<Set<Path>> changed) {
            this.directory = directory;
            this.settle = settle;
            this.loop = loop;
            this.changed = changed;
        }

        private void signal(Set<Path> more) {
            names.addAll(more);
            everything |= more.isEmpty();
            if (!pending) {
                pending = true;
                loop.schedule(settle, () -> {
                    Set<Path> gathered = everything ? Set.of() : Set.copyOf(names);
                    names.clear();
                    everything = false;
                    pending = false;
                    changed.accept(gathered);
                });
            }
        }
    }
}
