package io.roadstead.api.time;

/** A timer that has been set. */
public interface TimerHandle {
    /** Prevents the task from running if it has not begun. Idempotent; on the timer's own loop it is exact. */
    void cancel();
}
