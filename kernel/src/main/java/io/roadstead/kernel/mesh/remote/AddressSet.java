package io.roadstead.kernel.mesh.remote;

import java.util.function.Consumer;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * Entries of a cluster's addresses, each once, in 17 bytes a slot and without an object each: a cluster can have hundreds of thousands of endpoints. Open addressing with linear
 * probing; at most two thirds of the slots are used.
 */
final class AddressSet {

    private static final int LEAST_SLOTS = 16;
    private static final byte FREE = 0;
    private static final int FIRST_IPV4 = 1;
    private static final int FIRST_IPV6 = 64;

    private long[] high = new long[LEAST_SLOTS];
    private long[] low = new long[LEAST_SLOTS];
    /** Per slot {@link #FREE}, or family and length in one, a length beyond the family's bits for an address that was told without one. */
    private byte[] form = new byte[LEAST_SLOTS];
    private int size;

    int size() {
        return size;
    }

    /**
     * What a key names.
     *
     * @param masked whether the key tells the length; a single address has keys with and without
     */
    record Entry(IpPrefix prefix, boolean masked) {
        private byte form() {
            int length = masked ? prefix.length() : prefix.length() + 1;
            return (byte) (length + (prefix.family() == AddressFamily.IPV4 ? FIRST_IPV4 : FIRST_IPV6));
        }
    }

    /** Returns whether it was not there. */
    boolean add(Entry entry) {
        long upper = entry.prefix.address().high();
        long lower = entry.prefix.address().low();
        int slot = slot(upper, lower, entry.form());
        if (form[slot] != FREE) {
            return false;
        }
        put(slot, upper, lower, entry.form());
        size++;
        if (size * 3 > form.length * 2) {
            grow();
        }
        return true;
    }

    /** Returns whether it was there. */
    boolean remove(Entry entry) {
        int hole = slot(entry.prefix.address().high(), entry.prefix.address().low(), entry.form());
        if (form[hole] == FREE) {
            return false;
        }
        size--;
        // What was moved on because of what went is moved back, so that no search ends at the hole.
        int mask = form.length - 1;
        for (int next = hole + 1 & mask; form[next] != FREE; next = next + 1 & mask) {
            int home = hash(high[next], low[next], form[next]) & mask;
            if ((next - home & mask) >= (next - hole & mask)) {
                put(hole, high[next], low[next], form[next]);
                hole = next;
            }
        }
        form[hole] = FREE;
        return true;
    }

    void forEach(Consumer<Entry> action) {
        for (int i = 0; i < form.length; i++) {
            int code = form[i] & 0xff;
            if (code >= FIRST_IPV6) {
                action.accept(entry(IpAddress.ipv6(high[i], low[i]), code - FIRST_IPV6));
            } else if (code != FREE) {
                action.accept(entry(IpAddress.ipv4((int) low[i]), code - FIRST_IPV4));
            }
        }
    }

    private static Entry entry(IpAddress address, int length) {
        int bits = address.family().bits();
        return new Entry(IpPrefix.containing(address, Math.min(length, bits)), length <= bits);
    }

    /** Where it is, or where it would go. */
    private int slot(long upper, long lower, byte kind) {
        int mask = form.length - 1;
        int slot = hash(upper, lower, kind) & mask;
        while (form[slot] != FREE && (high[slot] != upper || low[slot] != lower || form[slot] != kind)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void put(int slot, long upper, long lower, byte kind) {
        high[slot] = upper;
        low[slot] = lower;
        form[slot] = kind;
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        byte[] oldForm = form;
        high = new long[oldForm.length * 2];
        low = new long[oldForm.length * 2];
        form = new byte[oldForm.length * 2];
        for (int i = 0; i < oldForm.length; i++) {
            if (oldForm[i] != FREE) {
                put(slot(oldHigh[i], oldLow[i], oldForm[i]), oldHigh[i], oldLow[i], oldForm[i]);
            }
        }
    }

    private static int hash(long upper, long lower, byte kind) {
        long mixed = (upper * 0x9e37_79b9_7f4a_7c15L ^ lower ^ kind) * 0xbf58_476d_1ce4_e5b9L;
        return (int) (mixed ^ mixed >>> 32);
    }
}
