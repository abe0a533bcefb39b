package io.roadstead.plugin.kubernetes.write;

import java.time.Duration;
import java.util.function.LongSupplier;

/** One in each time, and a burst after a quiet time. Confined to a loop. */
final class TokenBucket {
    private final long nanosPerToken;
    private final long capacityNanos;
    private final LongSupplier nanos;
    private long filledNanos;
    private long lastNanos;

    TokenBucket(Duration perToken, int burst, LongSupplier nanos) {
        this.nanosPerToken = perToken.toNanos();
        this.capacityNanos = nanosPerToken * burst;
        this.nanos = nanos;
        this.filledNanos = capacityNanos;
        this.lastNanos = nanos.getAsLong();
    }

    /** Takes one if there is one. */
    boolean take() {
        long now = nanos.getAsLong();
        filledNanos = Math.min(capacityNanos, filledNanos + Math.max(0, now - lastNanos));
        lastNanos = now;
        if (filledNanos < nanosPerToken) {
            return false;
        }
        filledNanos -= nanosPerToken;
        return true;
    }

    /** How long until there is one; asked when there is none. */
    Duration untilNext() {
        return Duration.ofNanos(nanosPerToken - filledNanos);
    }
}
