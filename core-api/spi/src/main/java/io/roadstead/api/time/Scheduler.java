package io.roadstead.api.time;

import java.time.Duration;

/** Sets timers. */
public interface Scheduler {
    /** Runs the task once after the delay, on this scheduler's loop. A delay of zero or less means as soon as possible. */
    TimerHandle schedule(Duration delay, Runnable task);
}
