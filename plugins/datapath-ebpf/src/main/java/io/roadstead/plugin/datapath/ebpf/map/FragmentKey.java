package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * Key of {@code rs_fragment}.
 *
 * @param id as on the wire
 */
public record FragmentKey(IpAddress source, IpAddress destination, int id, int protocol) {
    static final StructLayout LAYOUT = struct("rs_fragment_key", addr("src"), addr("dst"), u32("id"), u32("proto"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_SRC = offset(LAYOUT, "src");
    private static final long AT_DST = offset(LAYOUT, "dst");
    private static final long AT_ID = offset(LAYOUT, "id");
    private static final long AT_PROTO = offset(LAYOUT, "proto");

    public FragmentKey {
        source = Struct.canonical(source);
        destination = Struct.canonical(destination);
    }

    /** From the first bytes of a key, a value or a record. */
    public static FragmentKey read(MemorySegment segment) {
        return new FragmentKey(Struct.getAddress(segment, AT_SRC), Struct.getAddress(segment, AT_DST), Struct.getInt(segment, AT_ID),
                Struct.getInt(segment, AT_PROTO));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putAddress(segment, AT_SRC, source);
        Struct.putAddress(segment, AT_DST, destination);
        Struct.putInt(segment, AT_ID, id);
        Struct.putInt(segment, AT_PROTO, protocol);
    }
}
