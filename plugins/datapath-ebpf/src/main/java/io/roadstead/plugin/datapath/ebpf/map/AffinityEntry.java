package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Value of {@code rs_affinity}.
 */
public record AffinityEntry(int backend, int lastSeconds) {
    static final StructLayout LAYOUT = struct("rs_affinity_entry", u32("backend"), u32("last_s"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_BACKEND = offset(LAYOUT, "backend");
    private static final long AT_LAST_S = offset(LAYOUT, "last_s");

    /** From the first bytes of a key, a value or a record. */
    public static AffinityEntry read(MemorySegment segment) {
        return new AffinityEntry(Struct.getInt(segment, AT_BACKEND), Struct.getInt(segment, AT_LAST_S));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putInt(segment, AT_BACKEND, backend);
        Struct.putInt(segment, AT_LAST_S, lastSeconds);
    }
}
