package io.roadstead.plugin.mesh.etcd.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Lets so many through per second, and after a rest a second's worth at once. */
final class TokenBucket {

    private static final double NANOS_PER_SECOND = 1e9;

    private final InstantSource clock;
    private double perSecond;
    private double tokens;
    private Instant filledAt;

    TokenBucket(InstantSource clock, double perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
        this.tokens = Math.max(1, perSecond);
        this.filledAt = clock.instant();
    }

    /** Applies from now on; what has been saved up beyond the new rate is gone. */
    void rate(double newPerSecond) {
        fill();
        perSecond = newPerSecond;
        tokens = Math.min(tokens, Math.max(1, newPerSecond));
    }

    /** Zero when one may pass, which it then has; otherwise how long to wait before asking again. */
    Duration take() {
        fill();
        if (tokens >= 1) {
            tokens--;
            return Duration.ZERO;
        }
        return Duration.ofNanos((long) Math.ceil((1 - tokens) / perSecond * NANOS_PER_SECOND));
    }

    private void fill() {
        Instant now = clock.instant();
        // A clock that is set back gives nothing, and takes nothing.
        double elapsed = Math.max(0, Duration.between(filledAt, now).toNanos());
        tokens = Math.min(Math.max(1, perSecond), tokens + elapsed / NANOS_PER_SECOND * perSecond);
        filledAt = now;
    }
}
