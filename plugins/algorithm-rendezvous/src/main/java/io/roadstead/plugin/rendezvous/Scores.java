package io.roadstead.plugin.rendezvous;

import java.util.List;

import io.roadstead.api.lb.WeightedBackend;

/**
 * Who wants a slot most. A backend's score for a slot is −ln(u) / weight with u a hash of both in (0, 1]; the least wins, which it does with a probability in
 * proportion to its weight, and whoever else is there does not change it.
 */
final class Scores {

    private static final double UNIT = 0x1p-53;

    private final long[] keys;
    private final double[] weights;
    private final boolean equalWeights;

    Scores(List<WeightedBackend> backends) {
        this.keys = new long[backends.size()];
        this.weights = new double[keys.length];
        for (int i = 0; i < keys.length; i++) {
            WeightedBackend backend = backends.get(i);
            keys[i] = mix(mix(mix(backend.address().high()) ^ backend.address().low()) ^ backend.port());
            weights[i] = backend.weight();
        }
        this.equalWeights = backends.stream().mapToInt(WeightedBackend::weight).distinct().count() == 1;
    }

    /** The position of the backend that wins the slot among those that have room; at least one must. */
    int winner(int slot, int[] room) {
        return equalWeights ? winnerOfEquals(mix(slot), room) : winnerByWeight(mix(slot), room);
    }

    /** Of equal weights the highest hash has the least score: no logarithm needed. */
    private int winnerOfEquals(long slotKey, int[] room) {
        int winner = -1;
        long best = 0;
        for (int i = 0; i < keys.length; i++) {
            if (room[i] > 0) {
                long hash = mix(keys[i] ^ slotKey) >>> 11;
                if (winner < 0 || hash > best) {
                    winner = i;
                    best = hash;
                }
            }
        }
        return winner;
    }

    private int winnerByWeight(long slotKey, int[] room) {
        int winner = -1;
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < keys.length; i++) {
            if (room[i] > 0) {
                double u = unit(keys[i] ^ slotKey);
                // 1 - u is below -ln(u): most candidates are out without a logarithm.
                if (winner < 0 || (1 - u) / weights[i] < best) {
                    double score = -StrictMath.log(u) / weights[i];
                    if (winner < 0 || score < best) {
                        winner = i;
                        best = score;
                    }
                }
            }
        }
        return winner;
    }

    /** A backend's score for a slot; the lower the more it wants it. */
    double score(int position, int slot) {
        return -StrictMath.log(unit(keys[position] ^ mix(slot))) / weights[position];
    }

    /** A number in (0, 1], equal on every machine. */
    private static double unit(long bits) {
        return ((mix(bits) >>> 11) + 1) * UNIT;
    }

    /** Stafford's variant 13 of MurmurHash3's finalizer, behind an increment that moves it away from 0 → 0. */
    private static long mix(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
