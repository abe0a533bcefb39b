package io.roadstead.plugin.mesh.etcd.diagnose;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How long steps may take: each by itself, and all of them together, as somebody waits for the answer. */
final class Budget {
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final Duration ALL = Duration.ofSeconds(40);
    private static final Duration LEAST = Duration.ofMillis(10);

    private final InstantSource clock;
    private final Instant end;

    /** Begins now. */
    Budget(InstantSource clock) {
        this.clock = clock;
        this.end = clock.instant().plus(ALL);
    }

    /** What the next step may take. */
    Duration step() {
        Duration left = Duration.between(clock.instant(), end);
        return left.compareTo(STEP) > 0 ? STEP : left.compareTo(LEAST) > 0 ? left : LEAST;
    }

    boolean isSpent() {
        return !clock.instant().isBefore(end);
    }

    Instant now() {
        return clock.instant();
    }
}
