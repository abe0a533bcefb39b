package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.bytes;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * Key of {@code rs_flow} and {@code rs_nat}.
 */
public record Tuple(IpAddress source, IpAddress destination, int sourcePort, int destinationPort, int protocol) {
    static final StructLayout LAYOUT =
            struct("rs_tuple", addr("src"), addr("dst"), u16("sport"), u16("dport"), u8("proto"), bytes("pad", 3));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_SRC = offset(LAYOUT, "src");
    private static final long AT_DST = offset(LAYOUT, "dst");
    private static final long AT_SPORT = offset(LAYOUT, "sport");
    private static final long AT_DPORT = offset(LAYOUT, "dport");
    private static final long AT_PROTO = offset(LAYOUT, "proto");

    public Tuple {
        source = Struct.canonical(source);
        destination = Struct.canonical(destination);
    }

    /** From the first bytes of a key, a value or a record. */
    public static Tuple read(MemorySegment segment) {
        return new Tuple(Struct.getAddress(segment, AT_SRC), Struct.getAddress(segment, AT_DST), Struct.getPort(segment, AT_SPORT),
                Struct.getPort(segment, AT_DPORT), Struct.getByte(segment, AT_PROTO));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putAddress(segment, AT_SRC, source);
        Struct.putAddress(segment, AT_DST, destination);
        Struct.putPort(segment, AT_SPORT, sourcePort);
        Struct.putPort(segment, AT_DPORT, destinationPort);
        Struct.putByte(segment, AT_PROTO, protocol);
    }
}
