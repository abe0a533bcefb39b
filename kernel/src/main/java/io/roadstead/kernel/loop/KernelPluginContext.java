package io.roadstead.kernel.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.metrics.Metrics;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.metrics.MetricsRegistry;

/** What one plugin holds of the kernel, and the one place where all of it is taken back. Safe for any thread; closed on the lifecycle loop. */
public final class KernelPluginContext implements PluginContext, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KernelPluginContext.class);

    private final String pluginId;
    private final String pluginVersion;
    private final ContextServices services;
    private final ClassLoader loader;
    private final Map<String, LoopThread> loops = new ConcurrentHashMap<>();
    private final ConcurrentLinkedDeque<Handle> handles = new ConcurrentLinkedDeque<>();
    private final Metrics metrics = new PluginMetrics();

    public KernelPluginContext(String pluginId, String pluginVersion, ClassLoader loader, ContextServices services) {
        this.pluginId = pluginId;
        this.pluginVersion = pluginVersion;
        this.loader = loader;
        this.services = services;
    }

    @Override
    public String pluginId() {
        return pluginId;
    }

    @Override
    public String pluginVersion() {
        return pluginVersion;
    }

    @Override
    public String nodeName() {
        return services.nodeName();
    }

    @Override
    public InstantSource clock() {
        return services.clock();
    }

    @Override
    public LongSupplier monotonicNanos() {
        return System::nanoTime;
    }

    @Override
    public RandomGenerator random() {
        return services.random();
    }

    @Override
    public Loop loop(String name) {
        return loops.computeIfAbsent(name, key -> new LoopThread(pluginId + "/" + key, loader));
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Path stateDirectory() {
        return privateDirectory(services.stateDirectory().resolve("plugins").resolve(pluginId));
    }

    @Override
    public Registration watch(Path directory, Duration settle, Loop loop, Consumer<Set<Path>> changed) {
        return closeOnUnload(services.watch().watch(directory, settle, loop, changed));
    }

    @Override
    public Registration closeOnUnload(AutoCloseable resource) {
        Handle handle = new Handle(resource);
        handles.push(handle);
        return handle;
    }

    /** Closes what is still open, last registered first, then ends the loops. Goes on after a failure. */
    @Override
    public void close() {
        for (Handle handle = handles.peek(); handle != null; handle = handles.peek()) {
            handle.close();
        }
        loops.values().forEach(LoopThread::close);
        loops.clear();
    }

    /** Makes the directory, readable by the agent's user only where the file system knows users. */
    public static Path privateDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
            if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            return directory;
        } catch (IOException e) {
            throw new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, directory.toString(), "cannot be made: " + e.getMessage(),
                    "make its parent writable for the agent's user", e);
        }
    }

    private final class Handle implements Registration {
        private final AutoCloseable resource;

        private Handle(AutoCloseable resource) {
            this.resource = resource;
        }

        @Override
        public void close() {
            if (handles.remove(this)) {
                try {
                    resource.close();
                } catch (Exception | LinkageError e) {
                    log.warn("closing a resource failed plugin={}", pluginId, e);
                }
            }
        }
    }

    private final class PluginMetrics implements Metrics {
        @Override
        public Registration register(MetricSource source) {
            return closeOnUnload(services.metrics().register(source));
        }

        @Override
        public Timer timer(String name, String help, String... labels) {
            MetricsRegistry.Histogram histogram = services.metrics().histogram(name, help, labels);
            closeOnUnload(services.metrics().register(histogram));
            return histogram;
        }
    }
}
