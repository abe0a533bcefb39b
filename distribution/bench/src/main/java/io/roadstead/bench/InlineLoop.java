package io.roadstead.bench;

import java.time.Duration;
import java.util.ArrayDeque;

import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;

/** Runs each task in the caller, one after the other; timers never fire. */
final class InlineLoop implements Loop {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (!running) {
            running = true;
            for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
                next.run();
            }
            running = false;
        }
    }

    @Override
    public TimerHandle schedule(Duration delay, Runnable task) {
        return () -> {
        };
    }
}
