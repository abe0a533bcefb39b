package io.roadstead.plugin.maglev;

import java.util.List;

/**
 * Each backend's own order of the slots: a start and a step. Since the number of slots is prime, the steps visit them all. Never written out: N backends and M
 * slots would need N × M numbers.
 */
final class Permutations {

    private final int slots;
    private final int[] next;
    private final int[] skip;

    /**
     * @param slots prime
     * @param keys  what to hash, a backend's each
     */
    Permutations(int slots, List<byte[]> keys, int seed) {
        this.slots = slots;
        this.next = new int[keys.size()];
        this.skip = new int[keys.size()];
        for (int i = 0; i < next.length; i++) {
            Murmur3 hash = Murmur3.hash128(keys.get(i), seed);
            next[i] = (int) Long.remainderUnsigned(hash.high(), slots);
            skip[i] = (int) Long.remainderUnsigned(hash.low(), slots - 1) + 1;
        }
    }

    /** The table: whose turn it is takes the first slot of its order that nobody has. Slot → position of the backend's key. */
    int[] fill(Turns turns) {
        int[] table = new int[slots];
        // A bit per slot stays in the first-level cache, where the table itself would not: it is asked about ln(slots) times per slot.
        long[] taken = new long[(slots + Long.SIZE - 1) / Long.SIZE];
        for (int filled = 0; filled < slots; filled++) {
            int turn = turns.next();
            int step = skip[turn];
            int slot = next[turn];
            while ((taken[slot >>> 6] & 1L << slot) != 0) {
                slot = after(slot, step);
            }
            taken[slot >>> 6] |= 1L << slot;
            table[slot] = turn;
            next[turn] = after(slot, step);
        }
        return table;
    }

    private int after(int slot, int step) {
        int sum = slot + step;
        return sum >= slots ? sum - slots : sum;
    }
}
