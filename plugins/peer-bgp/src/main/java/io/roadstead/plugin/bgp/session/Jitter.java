package io.roadstead.plugin.bgp.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Shortens waits by chance, so that speakers that were disturbed together do not act together (RFC 4271 §10). */
record Jitter(RandomGenerator random) {

    private static final double LEAST = 0.75;

    /** 0.75 to 1.0 of it. */
    Duration shorten(Duration duration) {
        return Duration.ofNanos((long) (duration.toNanos() * (LEAST + (1 - LEAST) * random.nextDouble())));
    }
}
