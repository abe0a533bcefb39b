package io.roadstead.plugin.kubernetes.write;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before trying again, with a quarter left to chance so that nodes do not come together. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 11;

    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Doubles with each failure in a row, from the first. */
    Duration after(int failures) {
        Duration doubled = FIRST.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS));
        return jittered(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST);
    }

    /** For what will hardly change by itself. */
    Duration slow() {
        return jittered(LONGEST);
    }

    /** Never before that time, and not all at that time. */
    Duration notBefore(Duration named) {
        return named.plusNanos(random.nextLong(named.toNanos() / 4 + 1));
    }

    private Duration jittered(Duration longest) {
        return longest.minusNanos(random.nextLong(longest.toNanos() / 4 + 1));
    }
}
