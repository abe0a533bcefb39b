package io.roadstead.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. Safe to read from any thread. */
public final class ManualClock implements InstantSource {

    private volatile Instant now;

    /** Stands at 2026-01-01T00:00:00Z. */
    public ManualClock() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    public ManualClock(Instant start) {
        this.now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the clock only; timers are run by {@link ManualScheduler#advance}. */
    public void set(Instant instant) {
        now = instant;
    }

    /** As {@link #set}, relative. */
    public void advance(Duration duration) {
        now = now.plus(duration);
    }
}
