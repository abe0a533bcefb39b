package io.roadstead.kernel.loop;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Time that only goes forward, as that of the loops' timers does: nobody sets it, other than the time of day. For waits; where it begins means nothing.
 *
 * @param nanos goes on evenly from anywhere
 */
public record SteadyTime(LongSupplier nanos) implements InstantSource {

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(nanos.getAsLong());
    }
}
