package io.roadstead.plugin.datapath.ebpf;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metrics;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.testkit.FakeMetrics;
import io.roadstead.testkit.lab.Namespace;

/** A context whose loops are one real thread that lives in a namespace. */
final class LabContext implements PluginContext, AutoCloseable {
    private final NamespaceLoop loop;
    private final FakeMetrics metrics = new FakeMetrics();
    private final Random random = new Random(5);

    LabContext(Namespace namespace) {
        this(namespace.threads("datapath"));
    }

    LabContext(ThreadFactory threads) {
        loop = new NamespaceLoop(threads);
    }

    @Override
    public String pluginId() {
        return "datapath-ebpf";
    }

    @Override
    public String pluginVersion() {
        return "1.0.0";
    }

    @Override
    public String nodeName() {
        return "node-1";
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Loop loop(String name) {
        return loop;
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Path stateDirectory() {
        throw new UnsupportedOperationException("the datapath keeps its state in the kernel");
    }

    @Override
    public Registration watch(Path directory, Duration settle, Loop on, Consumer<Set<Path>> changed) {
        throw new UnsupportedOperationException("the datapath watches no files");
    }

    @Override
    public Registration closeOnUnload(AutoCloseable resource) {
        return () -> {
        };
    }

    @Override
    public void close() {
        loop.executor.shutdownNow();
    }

    private static final class NamespaceLoop implements Loop {
        private final ScheduledExecutorService executor;
        private volatile Thread thread = Thread.currentThread();

        private NamespaceLoop(ThreadFactory threads) {
            executor = Executors.newSingleThreadScheduledExecutor(task -> thread = threads.newThread(task));
        }

        @Override
        public String name() {
            return "lab";
        }

        @Override
        public boolean inLoop() {
            return Thread.currentThread() == thread;
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public TimerHandle schedule(Duration delay, Runnable task) {
            ScheduledFuture<?> timer = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> timer.cancel(false);
        }
    }
}
