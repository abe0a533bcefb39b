package io.roadstead.plugin.datapath.ebpf.map;

import java.util.BitSet;

/**
 * Numbers from 1 to a limit. They are given out in a round, so that the one that was free longest comes next: flows that still carry a number of before meet
 * its next owner as late as possible.
 */
final class IdAllocator {
    private final int limit;
    private final BitSet taken = new BitSet();
    private int used;
    private int next = 1;

    IdAllocator(int limit) {
        this.limit = limit;
    }

    int available() {
        return limit - used;
    }

    /** The next free one; check {@link #available} before. */
    int allocate() {
        int id = taken.nextClearBit(next);
        if (id > limit) {
            id = taken.nextClearBit(1);
        }
        if (id > limit) {
            throw new IllegalStateException("all " + limit + " numbers are taken");
        }
        taken.set(id);
        used++;
        next = id + 1;
        return id;
    }

    /** Takes one that was found in use; false when it is taken already or out of range. The round goes on behind the highest of them. */
    boolean take(int id) {
        if (id < 1 || id > limit || taken.get(id)) {
            return false;
        }
        taken.set(id);
        used++;
        next = Math.max(next, id + 1);
        return true;
    }

    /** Gives one back, once it has rested. */
    void release(int id) {
        if (!taken.get(id)) {
            throw new IllegalStateException("number " + id + " is not taken");
        }
        taken.clear(id);
        used--;
    }
}
