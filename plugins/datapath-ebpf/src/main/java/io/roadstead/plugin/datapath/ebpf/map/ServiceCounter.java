package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u64;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * One CPU's element of {@code rs_svc_counters}.
 */
public record ServiceCounter(long packets, long bytes, long flows, long drops) {
    static final StructLayout LAYOUT = struct("rs_service_counter", u64("packets"), u64("bytes"), u64("flows"), u64("drops"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_PACKETS = offset(LAYOUT, "packets");
    private static final long AT_BYTES = offset(LAYOUT, "bytes");
    private static final long AT_FLOWS = offset(LAYOUT, "flows");
    private static final long AT_DROPS = offset(LAYOUT, "drops");

    /** From the first bytes of a key, a value or a record. */
    public static ServiceCounter read(MemorySegment segment) {
        return new ServiceCounter(Struct.getLong(segment, AT_PACKETS), Struct.getLong(segment, AT_BYTES), Struct.getLong(segment, AT_FLOWS),
                Struct.getLong(segment, AT_DROPS));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putLong(segment, AT_PACKETS, packets);
        Struct.putLong(segment, AT_BYTES, bytes);
        Struct.putLong(segment, AT_FLOWS, flows);
        Struct.putLong(segment, AT_DROPS, drops);
    }
}
