package io.roadstead.plugin.datapath.ebpf.map;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which place in the arrays of dispatch programs a dispatch mode has. A name keeps its place for as long as anything refers to it: a service's entry or a
 * program in the array.
 */
public final class DispatchIndexes {
    private final Map<String, Integer> byName = new HashMap<>();
    private final BitSet taken = new BitSet(Abi.MAX_DISPATCH);
    private final Catalog catalog;

    public DispatchIndexes(Catalog catalog) {
        this.catalog = catalog;
        taken.set(0);
    }

    /** The name's place, a new one when it has none; empty when all are taken. */
    public Optional<Integer> of(String name) {
        Integer known = byName.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        int index = taken.nextClearBit(1);
        return index < Abi.MAX_DISPATCH && take(name, index) ? Optional.of(index) : Optional.empty();
    }

    /** Takes a place that was found in use; false when the name or the place is taken otherwise. */
    public boolean take(String name, int index) {
        if (byName.containsKey(name) || index < 1 || index >= Abi.MAX_DISPATCH || taken.get(index)) {
            return byName.getOrDefault(name, 0) == index;
        }
        byName.put(name, index);
        taken.set(index);
        catalog.dispatch(index, name);
        return true;
    }

    /** Gives the name's place back. */
    public void release(String name) {
        Integer index = byName.remove(name);
        if (index != null) {
            taken.clear(index);
        }
    }

    /** Names and places. */
    public Map<String, Integer> all() {
        return Map.copyOf(byName);
    }
}
