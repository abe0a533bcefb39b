package io.roadstead.kernel.lb;

import java.math.BigInteger;

/**
 * How many slots a table gets.
 *
 * @param fixed a prime up to 2^20; 0 to follow the number of backends
 */
public record TableSize(int fixed) {

    /** By the number of backends. */
    public static final TableSize AUTO = new TableSize(0);

    /** The greatest primes below powers of two, so that a table grows when its backends double, not with each one: a flow's slot depends on the size. */
    private static final int[] STEPS = {251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071, 262139, 524287, 1048573};
    private static final int SLOTS_PER_BACKEND = 100;
    private static final int CERTAINTY = 40;

    public TableSize {
        if (fixed != 0 && (fixed < 2 || fixed > 1 << 20 || !BigInteger.valueOf(fixed).isProbablePrime(CERTAINTY))) {
            throw new IllegalArgumentException("table size " + fixed + " is no prime up to 1048576; write auto, or one like 16381");
        }
    }

    /**
     * Reads {@code auto} or a prime.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static TableSize parse(String text) {
        if (text.equals("auto")) {
            return AUTO;
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("table size '" + text + "' is neither auto nor a prime like 16381");
        }
        return new TableSize(Integer.parseInt(text));
    }

    /** Slots for that many backends: the fixed number, or a prime of at least a hundred times as many, from 251. */
    public int slots(int backends) {
        if (fixed != 0) {
            return fixed;
        }
        for (int step : STEPS) {
            if (step >= (long) backends * SLOTS_PER_BACKEND) {
                return step;
            }
        }
        return STEPS[STEPS.length - 1];
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return fixed == 0 ? "auto" : Integer.toString(fixed);
    }
}
