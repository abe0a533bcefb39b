package com.example.zoneaware;

import java.util.Arrays;

import io.roadstead.api.lb.WeightedBackend;

/** Slots that backends take one by one, each trying those that hashes of itself and the number of the try name. */
final class Slots {

    private static final int FREE = -1;

    private final int[] owners;
    private int free;

    Slots(int count) {
        this.owners = new int[count];
        this.free = count;
        Arrays.fill(owners, FREE);
    }

    boolean anyFree() {
        return free > 0;
    }

    /** Gives the backend the first free slot from that try on; one must be free. Returns the try to go on with. */
    int take(WeightedBackend backend, int index, int firstTry) {
        int attempt = firstTry;
        int slot = slot(backend, attempt);
        while (owners[slot] != FREE) {
            attempt++;
            slot = slot(backend, attempt);
        }
        owners[slot] = index;
        free--;
        return attempt + 1;
    }

    /** Slot to index; all taken. */
    int[] owners() {
        return owners;
    }

    /** The same on every machine: no {@code hashCode}, no chance. */
    private int slot(WeightedBackend backend, int attempt) {
        long hash = mix(mix(backend.address().high()) ^ backend.address().low());
        return (int) Long.remainderUnsigned(mix(hash ^ (long) backend.port() << 32 ^ attempt), owners.length);
    }

    private static long mix(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
