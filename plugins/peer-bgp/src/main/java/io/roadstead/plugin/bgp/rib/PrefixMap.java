package io.roadstead.plugin.bgp.rib;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * Prefixes of one family to values: an open-addressing hash table whose keys are bits, not objects (13 octets a slot and value for IPv4, 21 for IPv6, at most two
 * thirds full). Confined to the loop of its owner. Must not be changed while it is walked.
 */
final class PrefixMap<V> {

    private static final int LEAST_SLOTS = 16;

    private final AddressFamily family;
    private long[] high;
    private long[] low;
    private byte[] length;
    /** Slot → value; null says that the slot is free. */
    private @Nullable Object[] values;
    private int size;
    private int cursor;

    PrefixMap(AddressFamily family) {
        this.family = family;
        allocate(LEAST_SLOTS);
    }

    AddressFamily family() {
        return family;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable
    V get(IpPrefix prefix) {
        return get(prefix.address().high(), prefix.address().low(), prefix.length());
    }

    /** Gives the value before. */
    @Nullable
    V put(IpPrefix prefix, V value) {
        return put(prefix.address().high(), prefix.address().low(), prefix.length(), value);
    }

    /** Gives the value before. */
    @Nullable
    V remove(IpPrefix prefix) {
        return remove(prefix.address().high(), prefix.address().low(), prefix.length());
    }

    @Nullable
    V get(long keyHigh, long keyLow, int keyLength) {
        return value(find(keyHigh, keyLow, keyLength));
    }

    @Nullable
    V put(long keyHigh, long keyLow, int keyLength, V value) {
        int slot = find(keyHigh, keyLow, keyLength);
        V before = value(slot);
        if (before == null) {
            if ((size + 1) * 3L > values.length * 2L) {
                resize(values.length * 2);
                slot = find(keyHigh, keyLow, keyLength);
            }
            set(slot, keyHigh, keyLow, keyLength, value);
            size++;
        } else {
            values[slot] = value;
        }
        return before;
    }

    @Nullable
    V remove(long keyHigh, long keyLow, int keyLength) {
        int slot = find(keyHigh, keyLow, keyLength);
        V before = value(slot);
        if (before != null) {
            free(slot);
            size--;
            if (size == 0 && values.length > LEAST_SLOTS) {
                allocate(LEAST_SLOTS);
            } else if (values.length > LEAST_SLOTS && size * 8 < values.length) {
                resize(values.length / 4);
            }
        }
        return before;
    }

    void clear() {
        allocate(LEAST_SLOTS);
        size = 0;
    }

    /** In no order. */
    void forEach(BiConsumer<IpPrefix, V> action) {
        for (int slot = 0; slot < values.length; slot++) {
            V value = value(slot);
            if (value != null) {
                action.accept(prefix(slot), value);
            }
        }
    }

    void replaceAll(UnaryOperator<V> change) {
        for (int slot = 0; slot < values.length; slot++) {
            V value = value(slot);
            if (value != null) {
                values[slot] = change.apply(value);
            }
        }
    }

    /** A copy in the order of the prefixes. */
    List<Map.Entry<IpPrefix, V>> sorted() {
        List<Map.Entry<IpPrefix, V>> entries = new ArrayList<>(size);
        forEach((prefix, value) -> entries.add(Map.entry(prefix, value)));
        entries.sort(Map.Entry.comparingByKey());
        return entries;
    }

    /** Some prefix, the same until it is removed; for a map that is emptied. Must not be called when empty. */
    int some() {
        if (size == 0) {
            throw new IllegalStateException("no prefix left");
        }
        // Downwards: removal moves later entries into earlier slots, never the other way but around the end.
        cursor = Math.min(cursor, values.length - 1);
        while (values[cursor] == null) {
            cursor = cursor == 0 ? values.length - 1 : cursor - 1;
        }
        return cursor;
    }

    long highAt(int slot) {
        return family == AddressFamily.IPV4 ? 0 : high[slot];
    }

    long lowAt(int slot) {
        return low[slot];
    }

    int lengthAt(int slot) {
        return length[slot] & 0xff;
    }

    IpPrefix prefix(int slot) {
        IpAddress address = family == AddressFamily.IPV4 ? IpAddress.ipv4((int) low[slot]) : IpAddress.ipv6(high[slot], low[slot]);
        return new IpPrefix(address, lengthAt(slot));
    }

    /** The slot of the key, or the free one where it would be. */
    private int find(long keyHigh, long keyLow, int keyLength) {
        int mask = values.length - 1;
        int slot = hash(keyHigh, keyLow, keyLength) & mask;
        while (values[slot] != null && !(low[slot] == keyLow && lengthAt(slot) == keyLength && highAt(slot) == keyHigh)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Closes the gap, so that a probe needs no marks of removed entries. */
    private void free(int removed) {
        int mask = values.length - 1;
        int gap = removed;
        for (int slot = gap + 1 & mask; values[slot] != null; slot = slot + 1 & mask) {
            int home = hash(highAt(slot), low[slot], lengthAt(slot)) & mask;
            if ((slot - home & mask) >= (slot - gap & mask)) {
                set(gap, highAt(slot), low[slot], lengthAt(slot), values[slot]);
                gap = slot;
            }
        }
        values[gap] = null;
    }

    private void resize(int slots) {
        long[] oldHigh = high;
        long[] oldLow = low;
        byte[] oldLength = length;
        @Nullable
        Object[] oldValues = values;
        allocate(slots);
        for (int old = 0; old < oldValues.length; old++) {
            if (oldValues[old] != null) {
                long keyHigh = family == AddressFamily.IPV4 ? 0 : oldHigh[old];
                set(find(keyHigh, oldLow[old], oldLength[old] & 0xff), keyHigh, oldLow[old], oldLength[old] & 0xff, oldValues[old]);
            }
        }
    }

    private void allocate(int slots) {
        high = new long[family == AddressFamily.IPV4 ? 0 : slots];
        low = new long[slots];
        length = new byte[slots];
        values = new @Nullable Object[slots];
        cursor = slots - 1;
    }

    private void set(int slot, long keyHigh, long keyLow, int keyLength, @Nullable Object value) {
        if (family == AddressFamily.IPV6) {
            high[slot] = keyHigh;
        }
        low[slot] = keyLow;
        length[slot] = (byte) keyLength;
        values[slot] = value;
    }

    @SuppressWarnings("unchecked") // only values of V are put in
    private @Nullable V value(int slot) {
        return (V) values[slot];
    }

    private static int hash(long keyHigh, long keyLow, int keyLength) {
        long mixed = (keyHigh * 0x9e3779b97f4a7c15L + keyLow) * 0xbf58476d1ce4e5b9L + keyLength;
        mixed = (mixed ^ mixed >>> 32) * 0x94d049bb133111ebL;
        return (int) (mixed >>> 32);
    }
}
