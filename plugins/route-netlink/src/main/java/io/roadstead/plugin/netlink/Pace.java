package io.roadstead.plugin.netlink;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How soon the table is looked at after an event: soon after a quiet time, and ever more seldom while one follows another. Confined to one thread. */
final class Pace {

    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LAST = Duration.ofSeconds(2);
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final InstantSource clock;
    private Duration delay = FIRST;
    private Instant last = Instant.MIN;

    Pace(InstantSource clock) {
        this.clock = clock;
    }

    /** For the event of now. */
    Duration next() {
        Instant now = clock.instant();
        if (last.isBefore(now.minus(QUIET))) {
            delay = FIRST;
        } else {
            delay = delay.multipliedBy(2).compareTo(LAST) < 0 ? delay.multipliedBy(2) : LAST;
        }
        last = now;
        return delay;
    }
}
