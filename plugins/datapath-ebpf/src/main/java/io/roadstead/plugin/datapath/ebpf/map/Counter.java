package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u64;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * One CPU's element of {@code rs_counters}.
 */
public record Counter(long packets, long bytes) {
    static final StructLayout LAYOUT = struct("rs_counter", u64("packets"), u64("bytes"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_PACKETS = offset(LAYOUT, "packets");
    private static final long AT_BYTES = offset(LAYOUT, "bytes");

    /** From the first bytes of a key, a value or a record. */
    public static Counter read(MemorySegment segment) {
        return new Counter(Struct.getLong(segment, AT_PACKETS), Struct.getLong(segment, AT_BYTES));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putLong(segment, AT_PACKETS, packets);
        Struct.putLong(segment, AT_BYTES, bytes);
    }
}
