package io.roadstead.plugin.kubernetes.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.roadstead.api.time.Loop;

/** Crosses into a loop with what has gathered: what arrives while the loop is busy is taken together. Keeps the order. */
final class Handoff<T> {
    private final Loop loop;
    private final Consumer<List<T>> taker;
    private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean told = new AtomicBoolean();

    Handoff(Loop loop, Consumer<List<T>> taker) {
        this.loop = loop;
        this.taker = taker;
    }

    /** From any one thread at a time. */
    void add(T item) {
        waiting.add(item);
        if (told.compareAndSet(false, true)) {
            loop.execute(this::take);
        }
    }

    private void take() {
        told.set(false);
        List<T> taken = new ArrayList<>();
        for (T item = waiting.poll(); item != null; item = waiting.poll()) {
            taken.add(item);
        }
        if (!taken.isEmpty()) {
            taker.accept(taken);
        }
    }
}
