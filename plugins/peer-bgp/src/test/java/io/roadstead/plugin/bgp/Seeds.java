package io.roadstead.plugin.bgp;

import java.util.stream.IntStream;

/** Seeds of random tests: the same in every run, and printed, so that its output says what was run. */
public final class Seeds {

    private Seeds() {
    }

    /** As many, from 0. */
    public static Iterable<Integer> many(Class<?> test, int count) {
        System.out.println(test.getSimpleName() + ": seeds 0 to " + (count - 1));
        return () -> IntStream.range(0, count).iterator();
    }

    /** This one. */
    public static long one(Class<?> test, long seed) {
        System.out.println(test.getSimpleName() + ": seed " + seed);
        return seed;
    }
}
