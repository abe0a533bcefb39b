package io.roadstead.plugin.maglev;

import io.roadstead.api.lb.SelectionTable;

/** Table sizes. */
final class Primes {
    private Primes() {
    }

    /**
     * The least prime from there. With any other number of slots a permutation would go in circles and miss some.
     *
     * @throws IllegalArgumentException when that is more than a table may have
     */
    static int atLeast(int number) {
        for (int candidate = Math.max(2, number); candidate <= SelectionTable.MAX_SLOTS; candidate++) {
            if (isPrime(candidate)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("a table of " + number + " slots or more is too large; at most 1048573 are prime and allowed");
    }

    private static boolean isPrime(int number) {
        for (int divisor = 2; divisor * divisor <= number; divisor++) {
            if (number % divisor == 0) {
                return false;
            }
        }
        return true;
    }
}
