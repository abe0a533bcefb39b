package io.roadstead.api.time;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * One thread that owns some state: tasks run one after the other, in the order they were given, and never overlap. Crossing into a loop is by
 * {@link #execute}, out of it by an immutable value. A task that throws is logged with the loop's name and does not stop the loop.
 */
public interface Loop extends Executor, Scheduler {
    /** Shown in thread dumps and logs. */
    String name();

    /** Whether the calling thread is this loop's. */
    boolean inLoop();

    /** Computes a value on the loop; at once when already there. After the loop has ended the future fails. */
    default <T> CompletableFuture<T> submit(Supplier<T> query) {
        if (inLoop()) {
            return CompletableFuture.completedFuture(query.get());
        }
        return CompletableFuture.supplyAsync(query, this);
    }
}
