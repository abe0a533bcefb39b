package io.roadstead.plugin.kubernetes.lead;

import java.time.Duration;
import java.time.Instant;

/**
 * Until when a lease is certain to be ours, by two clocks. The monotonic one stands still while a virtual machine is frozen, the time of day may be set: it ends with
 * the first of them.
 */
record Validity(long endNanos, Instant end) {

    /** Counted from when the renewal was sent: others count from when they saw it, which is later. */
    static Validity from(long sentNanos, Instant sent, Duration length) {
        return new Validity(sentNanos + length.toNanos(), sent.plus(length));
    }

    boolean holds(long nanos, Instant now) {
        return nanos - endNanos < 0 && now.isBefore(end);
    }
}
