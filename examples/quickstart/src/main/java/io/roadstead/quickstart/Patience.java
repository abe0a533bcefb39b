package io.roadstead.quickstart;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;

/** Waits for what comes with time, by looking again and again, within a limit. */
final class Patience {

    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final InstantSource clock;
    private final Pause pause;
    private final Duration limit;

    Patience(InstantSource clock, Pause pause, Duration limit) {
        this.clock = clock;
        this.pause = pause;
        this.limit = limit;
    }

    /** Lets time pass. Throws when the user wants to end. */
    interface Pause {
        void pass(Duration time);
    }

    /**
     * Looks until nothing is missing; gives what was seen then.
     *
     * @param what    for the message of the failure
     * @param missing what is not as it has to be, in words; empty when all is well
     */
    <T> T await(String what, Supplier<T> view, Function<T, String> missing) {
        Instant end = clock.instant().plus(limit);
        while (true) {
            T seen = view.get();
            String lack = missing.apply(seen);
            if (lack.isEmpty()) {
                return seen;
            }
            if (clock.instant().isAfter(end)) {
                throw new WalkFailure(what + " did not come within " + limit.toSeconds() + " s: " + lack);
            }
            pause.pass(BETWEEN);
        }
    }
}
