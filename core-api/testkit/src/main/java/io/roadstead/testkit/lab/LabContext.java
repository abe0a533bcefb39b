package io.roadstead.testkit.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.testkit.FakeMetrics;

/** A context whose loops are real threads, for instance of a namespace. It keeps no files, and looks once at those it is to watch. */
public final class LabContext implements PluginContext, AutoCloseable {
    private final String pluginId;
    private final ThreadFactory threads;
    private final Map<String, ThreadLoop> loops = new ConcurrentHashMap<>();
    private final FakeMetrics metrics = new FakeMetrics();
    private final Random random = new Random(5);

    /** @param threads makes a thread for each loop */
    public LabContext(String pluginId, ThreadFactory threads) {
        this.pluginId = pluginId;
        this.threads = threads;
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
        return "node-1";
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public LongSupplier monotonicNanos() {
        return System::nanoTime;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Loop loop(String name) {
        return loops.computeIfAbsent(name, key -> new ThreadLoop(key, threads));
    }

    @Override
    public FakeMetrics metrics() {
        return metrics;
    }

    @Override
    public Path stateDirectory() {
        throw new UnsupportedOperationException("a lab has no files of its own");
    }

    @Override
    public Registration watch(Path directory, Duration settle, Loop on, Consumer<Set<Path>> changed) {
        on.execute(() -> changed.accept(Set.of()));
        return () -> {
        };
    }

    @Override
    public Registration closeOnUnload(AutoCloseable resource) {
        return () -> {
        };
    }

    /** Whether every thread has ended by itself: none is left blocked. */
    public boolean ended() {
        loops.values().forEach(loop -> loop.executor.shutdown());
        return loops.values().stream().allMatch(loop -> {
            try {
                return loop.executor.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw LabException.interrupted("ending loops", e);
            }
        });
    }

    @Override
    public void close() {
        loops.values().forEach(loop -> loop.executor.shutdownNow());
    }

    private static final class ThreadLoop implements Loop {
        private final String name;
        private final ScheduledThreadPoolExecutor executor;
        private volatile Thread thread = Thread.currentThread();

        private ThreadLoop(String name, ThreadFactory threads) {
            this.name = name;
            executor = new ScheduledThreadPoolExecutor(1, task -> thread = threads.newThread(task));
            executor.setRemoveOnCancelPolicy(true); // a timer that was cancelled would keep a plugin's classes until its time
        }

        @Override
        public String name() {
            return name;
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
