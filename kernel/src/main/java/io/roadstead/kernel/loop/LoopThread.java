package io.roadstead.kernel.loop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;

/**
 * A loop on a daemon thread of its own. Tasks given from any thread; what is given after the end is dropped, since at that time nobody is left who could use the
 * result. The thread's context class loader is the one given, so that a plugin's tasks see the plugin.
 */
public final class LoopThread implements Loop, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoopThread.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread;

    /** Starts the thread. */
    public LoopThread(String name) {
        this(name, LoopThread.class.getClassLoader());
    }

    /** As above, for tasks of the classes of that loader. */
    public LoopThread(String name, ClassLoader contextClassLoader) {
        this.name = name;
        this.thread = Thread.currentThread();
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            thread = Thread.ofPlatform().name(name).daemon().inheritInheritableThreadLocals(false).unstarted(task);
            thread.setContextClassLoader(contextClassLoader);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.prestartAllCoreThreads();
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
        schedule(Duration.ZERO, task);
    }

    @Override
    public TimerHandle schedule(Duration delay, Runnable task) {
        try {
            Future<?> timer = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException ended) {
            log.debug("task dropped, the loop has ended loop={}", name);
            return () -> {
            };
        }
    }

    @Override
    public <T> CompletableFuture<T> submit(Supplier<T> query) {
        if (executor.isShutdown()) {
            return CompletableFuture.failedFuture(new RejectedExecutionException("loop " + name + " has ended"));
        }
        return Loop.super.submit(query);
    }

    /** Takes no more tasks, drops timers, runs what was given before, and waits for that for five seconds; on the loop itself it does not wait. Idempotent. */
    @Override
    public void close() {
        executor.shutdown();
        if (inLoop()) {
            return;
        }
        try {
            // Of the thread, not of the executor, whose end its thread survives by a moment.
            if (!thread.join(CLOSE_TIMEOUT)) {
                log.warn("a task does not end, interrupting it loop={}", name);
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("task failed loop={}", name, e);
        }
    }
}
