package io.roadstead.plugin.maglev;

/**
 * Turns as Cilium gives them: in rounds; a backend whose share so far is above its weight is passed over. The arithmetic, a double counter compared with a
 * whole product, is part of the result and must not be tidied.
 */
final class CiliumTurns implements Turns {

    private final int[] weights;
    private final double[] counters;
    private final long sum;
    private final boolean weighted;
    private long turns;
    private int first;

    CiliumTurns(int[] weights) {
        this.weights = weights.clone();
        this.counters = new double[weights.length];
        long total = 0;
        for (int i = 0; i < weights.length; i++) {
            total += weights[i];
            counters[i] = (double) weights[i] / weights.length;
        }
        this.sum = total;
        this.weighted = total / weights.length > 1;
    }

    @Override
    public int next() {
        int turn = first;
        first = after(first);
        turns++;
        if (weighted) {
            while (turns * weights[turn] < (long) counters[turn]) {
                turn = after(turn);
            }
            counters[turn] += sum;
        }
        return turn;
    }

    private int after(int turn) {
        return turn + 1 == weights.length ? 0 : turn + 1;
    }
}
