package io.roadstead.plugin.datapath.ebpf.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfErrorCode;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.MapType;

/** A hash or an array that counts what is written to it. */
final class InMemoryMap implements BpfMap {
    private final String name;
    private final int type;
    private final int keyBytes;
    private final int valueBytes;
    private final int maxEntries;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final MemorySegment mapped;
    private final List<String> journal;
    private int writes;
    private int failAfter = Integer.MAX_VALUE;

    private InMemoryMap(String name, int type, int keyBytes, int valueBytes, int maxEntries, List<String> journal) {
        this.name = name;
        this.type = type;
        this.keyBytes = keyBytes;
        this.valueBytes = valueBytes;
        this.maxEntries = maxEntries;
        this.journal = journal;
        this.mapped = type == MapType.ARRAY ? Arena.ofAuto().allocate((long) valueBytes * maxEntries, 8) : MemorySegment.NULL;
    }

    /** All maps of frontends; every write is put down in the journal by the map's name. */
    static LbMaps maps(int services, int lutPairs, int backends, int members, List<String> journal) {
        return new LbMaps(new InMemoryMap(Abi.SERVICE, MapType.HASH, ServiceKey.SIZE, ServiceEntry.SIZE, services, journal),
                new InMemoryMap(Abi.LUT, MapType.ARRAY, 4, 8, lutPairs, journal),
                new InMemoryMap(Abi.BACKEND, MapType.ARRAY, 4, BackendEntry.SIZE, backends, journal),
                new InMemoryMap(Abi.BACKEND_IDS, MapType.HASH, BackendKey.SIZE, 4, backends, journal),
                new InMemoryMap(Abi.MEMBER, MapType.HASH, MemberKey.SIZE, 4, members, journal),
                new InMemoryMap(Abi.SOURCE_RANGE, MapType.HASH, RangeKey.SIZE, 4, 1000, journal));
    }

    static InMemoryMap of(BpfMap map) {
        return (InMemoryMap) map;
    }

    int writes() {
        return writes;
    }

    int size() {
        return entries.size();
    }

    /** That many more writes succeed, then one fails. */
    void failAfter(int count) {
        failAfter = count;
    }

    /** Keys to values, in hex. */
    Map<String, String> dump() {
        Map<String, String> dump = new TreeMap<>();
        forEach((key, value) -> dump.put(hex(key, keyBytes), hex(value, valueBytes)));
        return dump;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int type() {
        return type;
    }

    @Override
    public int keyBytes() {
        return keyBytes;
    }

    @Override
    public int valueBytes() {
        return valueBytes;
    }

    @Override
    public int maxEntries() {
        return maxEntries;
    }

    @Override
    public int fd() {
        throw new UnsupportedOperationException("a map of this process only");
    }

    @Override
    public boolean get(MemorySegment key, MemorySegment value) {
        if (isArray()) {
            value.copyFrom(element(key.get(ValueLayout.JAVA_INT_UNALIGNED, 0)));
            return true;
        }
        byte[] found = entries.get(hex(key, keyBytes));
        if (found != null) {
            value.copyFrom(MemorySegment.ofArray(found));
        }
        return found != null;
    }

    @Override
    public void put(MemorySegment key, MemorySegment value) {
        journal.add(name);
        writes++;
        if (failAfter-- <= 0) {
            failAfter = Integer.MAX_VALUE;
            throw new RoadsteadException(BpfErrorCode.BPF_SYSTEM_CALL, "map " + name, "does not want to", "");
        }
        if (isArray()) {
            element(key.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).copyFrom(value.asSlice(0, valueBytes));
            return;
        }
        entries.put(hex(key, keyBytes), value.asSlice(0, valueBytes).toArray(ValueLayout.JAVA_BYTE));
        if (entries.size() > maxEntries) {
            throw new RoadsteadException(BpfErrorCode.BPF_MAP_FULL, "map " + name, "is full", "");
        }
    }

    @Override
    public boolean putIfAbsent(MemorySegment key, MemorySegment value) {
        boolean absent = !entries.containsKey(hex(key, keyBytes));
        if (absent) {
            put(key, value);
        }
        return absent;
    }

    @Override
    public boolean remove(MemorySegment key) {
        journal.add("-" + name);
        writes++;
        return entries.remove(hex(key, keyBytes)) != null;
    }

    @Override
    public void forEach(BiConsumer<MemorySegment, MemorySegment> consumer) {
        try (Arena arena = Arena.ofConfined()) {
            if (isArray()) {
                for (int i = 0; i < maxEntries; i++) {
                    consumer.accept(arena.allocateFrom(ValueLayout.JAVA_INT, i), element(i));
                }
                return;
            }
            for (String key : new ArrayList<>(entries.keySet())) {
                consumer.accept(arena.allocateFrom(ValueLayout.JAVA_BYTE, HexFormat.of().parseHex(key)),
                        arena.allocateFrom(ValueLayout.JAVA_BYTE, Objects.requireNonNull(entries.get(key))));
            }
        }
    }

    @Override
    public MemorySegment mapped() {
        return mapped;
    }

    @Override
    public void close() {
        // nothing outlives the test
    }

    private boolean isArray() {
        return type == MapType.ARRAY;
    }

    private MemorySegment element(int index) {
        return mapped.asSlice((long) index * valueBytes, valueBytes);
    }

    private static String hex(MemorySegment segment, int bytes) {
        return HexFormat.of().formatHex(segment.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
    }
}
