package io.roadstead.plugin.datapath.ebpf.map;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who has which part of the slots of {@code rs_lut}. Parts are whole units of {@value #UNIT_SLOTS} slots, two cache lines: tables of nearly one size fit where one
 * of them was, and every base is even.
 */
final class LutSlab {
    static final int UNIT_SLOTS = 32;

    private final int units;
    /** Free extents, first unit to length; neighbours are always joined. */
    private final TreeMap<Integer, Integer> byPlace = new TreeMap<>();
    /** The same, length to first units. */
    private final TreeMap<Integer, TreeSet<Integer>> byLength = new TreeMap<>();
    private int freeUnits;

    LutSlab(int slots) {
        this.units = slots / UNIT_SLOTS;
        if (units > 0) {
            insert(0, units);
        }
    }

    /**
     * A part of the slots.
     *
     * @param base  first slot; even
     * @param slots how many are used
     */
    record Region(int base, int slots) {
        private int firstUnit() {
            return base / UNIT_SLOTS;
        }

        private int endUnit() {
            return (int) (((long) base + slots + UNIT_SLOTS - 1) / UNIT_SLOTS);
        }
    }

    int freeSlots() {
        return freeUnits * UNIT_SLOTS;
    }

    int slots() {
        return units * UNIT_SLOTS;
    }

    /** The smallest free extent that takes them, the first of equals; empty when none does. */
    Optional<Region> allocate(int slots) {
        int wanted = (slots + UNIT_SLOTS - 1) / UNIT_SLOTS;
        Map.Entry<Integer, TreeSet<Integer>> fitting = byLength.ceilingEntry(wanted);
        if (fitting == null) {
            return Optional.empty();
        }
        int first = fitting.getValue().first();
        carve(first, fitting.getKey(), first, first + wanted);
        return Optional.of(new Region(first * UNIT_SLOTS, slots));
    }

    /** Takes a region that was found in use; false when a part of it is taken, out of range, or its base is odd. */
    boolean take(Region region) {
        if (region.slots() < 1 || region.base() < 0 || region.base() % 2 != 0 || (long) region.base() + region.slots() > slots()) {
            return false;
        }
        Map.Entry<Integer, Integer> around = byPlace.floorEntry(region.firstUnit());
        if (around == null || around.getKey() + around.getValue() < region.endUnit()) {
            return false;
        }
        carve(around.getKey(), around.getValue(), region.firstUnit(), region.endUnit());
        return true;
    }

    /** Gives a region back, once it has rested. */
    void release(Region region) {
        int first = region.firstUnit();
        int end = region.endUnit();
        Map.Entry<Integer, Integer> before = byPlace.floorEntry(first);
        if (before != null && before.getKey() + before.getValue() == first) {
            remove(before.getKey(), before.getValue());
            first = before.getKey();
        }
        Integer behind = byPlace.get(end);
        if (behind != null) {
            remove(end, behind);
            end += behind;
        }
        insert(first, end - first);
    }

    private void carve(int extent, int length, int first, int end) {
        remove(extent, length);
        if (extent < first) {
            insert(extent, first - extent);
        }
        if (end < extent + length) {
            insert(end, extent + length - end);
        }
    }

    private void insert(int first, int length) {
        byPlace.put(first, length);
        byLength.computeIfAbsent(length, ignored -> new TreeSet<>()).add(first);
        freeUnits += length;
    }

    private void remove(int first, int length) {
        byPlace.remove(first);
        TreeSet<Integer> places = byLength.get(length);
        if (places != null && places.remove(first) && places.isEmpty()) {
            byLength.remove(length);
        }
        freeUnits -= length;
    }
}
