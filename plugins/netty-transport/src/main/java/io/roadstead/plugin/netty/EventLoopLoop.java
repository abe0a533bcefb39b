package io.roadstead.plugin.netty;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.netty.api.TransportLoop;

/** Netty's event loop as a loop of core-api. */
record EventLoopLoop(String name, EventLoop eventLoop) implements TransportLoop {

    private static final Logger log = LoggerFactory.getLogger(EventLoopLoop.class);

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(guarded(task));
    }

    @Override
    public TimerHandle schedule(Duration delay, Runnable task) {
        Future<?> timer = eventLoop.schedule(guarded(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("task failed loop={}", name, e);
            }
        };
    }
}
