package io.roadstead.plugin.maglev;

/**
 * Turns in proportion to the weights, spread evenly (stride scheduling): a backend of weight w has its k-th turn at time k / w, equal times in the order of
 * positions. All begin at time 0, so everyone gets a slot as long as there are enough.
 */
final class StrideTurns implements Turns {

    /** A turn's time at weight 1; 2^20 turns of it stay below 2^57. */
    private static final long STRIDE = 1L << 36;

    private final int[] weights;
    private final int[] turnsHad;
    private final long[] times;
    /** Positions as a binary heap, the next turn first. */
    private final int[] heap;

    /** @param weights at least 1 each */
    StrideTurns(int[] weights) {
        this.weights = weights.clone();
        this.turnsHad = new int[weights.length];
        this.times = new long[weights.length];
        this.heap = new int[weights.length];
        for (int i = 0; i < heap.length; i++) {
            heap[i] = i; // all times are 0: in the order of positions it is a heap
        }
    }

    @Override
    public int next() {
        int turn = heap[0];
        turnsHad[turn]++;
        // Not a sum of strides, whose rounding would grow.
        times[turn] = STRIDE * turnsHad[turn] / weights[turn];
        sink(turn);
        return turn;
    }

    private void sink(int position) {
        int at = 0;
        for (int child = 1; child < heap.length; child = 2 * at + 1) {
            if (child + 1 < heap.length && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (before(position, heap[child])) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = position;
    }

    private boolean before(int one, int other) {
        return times[one] < times[other] || times[one] == times[other] && one < other;
    }
}
