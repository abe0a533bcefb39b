package io.roadstead.plugin.datapath.ebpf.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.map.LutSlab.Region;

/**
 * Entries to write, in the order that keeps every packet's path whole: what is referred to comes before what refers to it, and goes after it.
 */
final class WriteBatch {
    private final Map<Integer, BackendEntry> backends = new LinkedHashMap<>();
    private final Map<BackendKey, Integer> backendIds = new LinkedHashMap<>();
    private final Map<Region, int[]> tables = new LinkedHashMap<>();
    private final Map<MemberKey, Integer> members = new LinkedHashMap<>();
    private final Set<RangeKey> ranges = new LinkedHashSet<>();
    private final Map<ServiceKey, ServiceEntry> services = new LinkedHashMap<>();
    private final Set<ServiceKey> servicesGone = new LinkedHashSet<>();
    private final Set<RangeKey> rangesGone = new LinkedHashSet<>();
    private final Set<MemberKey> membersGone = new LinkedHashSet<>();
    private final Set<BackendKey> backendIdsGone = new LinkedHashSet<>();
    private final Map<Integer, BackendEntry> backendsGone = new LinkedHashMap<>();

    void backend(int id, BackendEntry entry) {
        backends.put(id, entry);
    }

    void backendId(BackendKey key, int id) {
        backendIdsGone.remove(key);
        backendIds.put(key, id);
    }

    /** Backend ids by slot. What lies there already is left alone. */
    void table(Region region, int[] slots) {
        tables.put(region, slots);
    }

    void member(MemberKey key, int state) {
        membersGone.remove(key);
        members.put(key, state);
    }

    void range(RangeKey key) {
        rangesGone.remove(key);
        ranges.add(key);
    }

    void service(ServiceKey key, ServiceEntry entry) {
        servicesGone.remove(key);
        services.put(key, entry);
    }

    void serviceGone(ServiceKey key) {
        services.remove(key);
        servicesGone.add(key);
    }

    void rangeGone(RangeKey key) {
        rangesGone.add(key);
    }

    void memberGone(MemberKey key) {
        membersGone.add(key);
    }

    /** The entry stays as a mark that the number was in use, so that it rests after a restart as well. */
    void backendGone(int id, BackendKey key, BackendEntry last) {
        backendIdsGone.add(key);
        backendsGone.put(id, new BackendEntry(last.address(), last.node(), last.port(), last.protocol(), Abi.BACKEND_UNUSED, 0, 0));
    }

    /** A number of which no key is known. */
    void backendGone(int id, BackendEntry last) {
        backendsGone.put(id, new BackendEntry(last.address(), last.node(), last.port(), last.protocol(), Abi.BACKEND_UNUSED, 0, 0));
    }

    /** A key that leads to another one's number, or to none. */
    void backendIdGone(BackendKey key) {
        backendIdsGone.add(key);
    }

    int servicesGone() {
        return servicesGone.size();
    }

    int membersGone() {
        return membersGone.size();
    }

    int rangesGone() {
        return rangesGone.size();
    }

    boolean removesSomething() {
        return !servicesGone.isEmpty() || !membersGone.isEmpty() || !rangesGone.isEmpty();
    }

    /** Writes it all; whether anything is now other than before. */
    boolean commit(LbMaps maps) {
        try (Arena arena = Arena.ofConfined()) {
            boolean changed = puts(arena, maps.backend(), backends, (segment, id) -> Struct.putInt(segment, 0, id),
                    (segment, entry) -> entry.write(segment));
            changed |= puts(arena, maps.backendIds(), backendIds, (segment, key) -> key.write(segment),
                    (segment, id) -> Struct.putInt(segment, 0, id));
            for (Map.Entry<Region, int[]> table : tables.entrySet()) {
                changed |= write(maps.lut(), table.getKey(), table.getValue());
            }
            changed |= puts(arena, maps.member(), members, (segment, key) -> key.write(segment),
                    (segment, state) -> Struct.putInt(segment, 0, state));
            changed |= puts(arena, maps.sourceRange(), marked(ranges), (segment, key) -> key.write(segment),
                    (segment, mark) -> Struct.putInt(segment, 0, mark));
            changed |= puts(arena, maps.service(), services, (segment, key) -> key.write(segment),
                    (segment, entry) -> entry.write(segment));

            changed |= removes(arena, maps.service(), servicesGone, (segment, key) -> key.write(segment));
            changed |= removes(arena, maps.sourceRange(), rangesGone, (segment, key) -> key.write(segment));
            changed |= removes(arena, maps.member(), membersGone, (segment, key) -> key.write(segment));
            changed |= removes(arena, maps.backendIds(), backendIdsGone, (segment, key) -> key.write(segment));
            changed |= puts(arena, maps.backend(), backendsGone, (segment, id) -> Struct.putInt(segment, 0, id),
                    (segment, entry) -> entry.write(segment));
            return changed;
        }
    }

    private static Map<RangeKey, Integer> marked(Set<RangeKey> keys) {
        Map<RangeKey, Integer> marked = new LinkedHashMap<>();
        keys.forEach(key -> marked.put(key, 1));
        return marked;
    }

    private static <K, V> boolean puts(Arena arena, BpfMap map, Map<K, V> entries, BiConsumer<MemorySegment, K> writeKey,
            BiConsumer<MemorySegment, V> writeValue) {
        if (entries.isEmpty()) {
            return false;
        }
        MemorySegment keys = arena.allocate((long) entries.size() * map.keyBytes(), Long.BYTES);
        MemorySegment values = arena.allocate((long) entries.size() * map.valueBytes(), Long.BYTES);
        int index = 0;
        for (Map.Entry<K, V> entry : entries.entrySet()) {
            writeKey.accept(keys.asSlice((long) index * map.keyBytes(), map.keyBytes()), entry.getKey());
            writeValue.accept(values.asSlice((long) index * map.valueBytes(), map.valueBytes()), entry.getValue());
            index++;
        }
        if (index == 1) {
            map.put(keys, values); // the one change of every day needs no batch
        } else {
            map.putAll(keys, values, index);
        }
        return true;
    }

    private static <K> boolean removes(Arena arena, BpfMap map, Collection<K> keys, BiConsumer<MemorySegment, K> writeKey) {
        if (keys.isEmpty()) {
            return false;
        }
        MemorySegment segment = arena.allocate(map.keyBytes(), Long.BYTES);
        for (K key : keys) {
            writeKey.accept(segment, key);
            map.remove(segment);
        }
        return true;
    }

    private static boolean write(BpfMap lut, Region region, int[] table) {
        MemorySegment slots = lut.mapped().asSlice((long) region.base() * Integer.BYTES, (long) table.length * Integer.BYTES);
        boolean changed = false;
        for (int slot = 0; slot < table.length; slot++) {
            if (slots.getAtIndex(ValueLayout.JAVA_INT, slot) != table[slot]) {
                slots.setAtIndex(ValueLayout.JAVA_INT, slot, table[slot]);
                changed = true;
            }
        }
        return changed;
    }
}
