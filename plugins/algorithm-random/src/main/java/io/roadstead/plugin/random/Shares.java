package io.roadstead.plugin.random;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Numbers of slots in proportion to weights. */
final class Shares {
    private Shares() {
    }

    /**
     * Exactly in proportion, as few slots as that takes, when they are not more than {@code most} or one for each; otherwise {@code most} slots, by largest
     * remainder but at least one for each.
     *
     * @param weights at least 1 each
     * @return slots of each weight, in the same order
     */
    static int[] of(int[] weights, int most) {
        int divisor = 0;
        long sum = 0;
        for (int weight : weights) {
            divisor = greatestCommonDivisor(weight, divisor);
            sum += weight;
        }
        if (sum / divisor <= Math.max(most, weights.length)) {
            int common = divisor;
            return Arrays.stream(weights).map(weight -> weight / common).toArray();
        }
        return largestRemainder(weights, sum, Math.max(most, weights.length));
    }

    private static int[] largestRemainder(int[] weights, long sum, int slots) {
        int[] shares = new int[weights.length];
        int given = 0;
        for (int i = 0; i < weights.length; i++) {
            shares[i] = (int) ((long) slots * weights[i] / sum);
            given += shares[i];
        }
        int[] byRemainder = IntStream.range(0, weights.length).boxed()
                .sorted(Comparator.<Integer>comparingLong(i -> -((long) slots * weights[i] % sum)).thenComparingInt(i -> i))
                .mapToInt(Integer::intValue).toArray();
        for (int i = 0; i < slots - given; i++) {
            shares[byRemainder[i]]++;
        }
        leaveNobodyOut(shares);
        return shares;
    }

    /** The lightest may have nothing: whoever has most gives. There are at least as many slots as shares. */
    private static void leaveNobodyOut(int[] shares) {
        for (int i = 0; i < shares.length; i++) {
            if (shares[i] == 0) {
                int most =
                        IntStream.range(0, shares.length).reduce((one, other) -> shares[other] > shares[one] ? other : one).orElseThrow();
                shares[most]--;
                shares[i]++;
            }
        }
    }

    private static int greatestCommonDivisor(int one, int other) {
        return other == 0 ? one : greatestCommonDivisor(other, one % other);
    }
}
