package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Value of {@code rs_fragment}.
 */
public record FragmentEntry(int sourcePort, int destinationPort) {
    static final StructLayout LAYOUT = struct("rs_fragment_entry", u16("sport"), u16("dport"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_SPORT = offset(LAYOUT, "sport");
    private static final long AT_DPORT = offset(LAYOUT, "dport");

    /** From the first bytes of a key, a value or a record. */
    public static FragmentEntry read(MemorySegment segment) {
        return new FragmentEntry(Struct.getPort(segment, AT_SPORT), Struct.getPort(segment, AT_DPORT));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putPort(segment, AT_SPORT, sourcePort);
        Struct.putPort(segment, AT_DPORT, destinationPort);
    }
}
