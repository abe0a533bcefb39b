package io.roadstead.kernel.lb;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.Scheduler;
import io.roadstead.api.time.TimerHandle;

/** One timer for one point in time. Confined to the scheduler's loop. */
final class Alarm {

    private final Scheduler scheduler;
    private final InstantSource clock;
    private @Nullable Instant time;
    private @Nullable TimerHandle timer;

    Alarm(Scheduler scheduler, InstantSource clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /** Rings once at that time, or never; what was set before is forgotten. */
    void set(Optional<Instant> next, Runnable action) {
        if (Objects.equals(time, next.orElse(null))) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        time = next.orElse(null);
        timer = time == null ? null : scheduler.schedule(Duration.between(clock.instant(), time), () -> {
            time = null;
            timer = null;
            action.run();
        });
    }
}
