package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * Value of {@code rs_nat}: source and destination that a reply gets.
 *
 * @param service 0 on a backend's node
 */
public record NatEntry(IpAddress source, IpAddress destination, int sourcePort, int destinationPort, int service, int flags,
        int createdSeconds, int lastSeconds) {
    static final StructLayout LAYOUT = struct("rs_nat_entry", addr("src"), addr("dst"), u16("sport"), u16("dport"), u32("service"),
            u32("flags"), u32("created_s"), u32("last_s"), u32("pad"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_SRC = offset(LAYOUT, "src");
    private static final long AT_DST = offset(LAYOUT, "dst");
    private static final long AT_SPORT = offset(LAYOUT, "sport");
    private static final long AT_DPORT = offset(LAYOUT, "dport");
    private static final long AT_SERVICE = offset(LAYOUT, "service");
    private static final long AT_FLAGS = offset(LAYOUT, "flags");
    private static final long AT_CREATED_S = offset(LAYOUT, "created_s");
    private static final long AT_LAST_S = offset(LAYOUT, "last_s");

    public NatEntry {
        source = Struct.canonical(source);
        destination = Struct.canonical(destination);
    }

    /** From the first bytes of a key, a value or a record. */
    public static NatEntry read(MemorySegment segment) {
        return new NatEntry(Struct.getAddress(segment, AT_SRC), Struct.getAddress(segment, AT_DST), Struct.getPort(segment, AT_SPORT),
                Struct.getPort(segment, AT_DPORT), Struct.getInt(segment, AT_SERVICE), Struct.getInt(segment, AT_FLAGS),
                Struct.getInt(segment, AT_CREATED_S), Struct.getInt(segment, AT_LAST_S));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putAddress(segment, AT_SRC, source);
        Struct.putAddress(segment, AT_DST, destination);
        Struct.putPort(segment, AT_SPORT, sourcePort);
        Struct.putPort(segment, AT_DPORT, destinationPort);
        Struct.putInt(segment, AT_SERVICE, service);
        Struct.putInt(segment, AT_FLAGS, flags);
        Struct.putInt(segment, AT_CREATED_S, createdSeconds);
        Struct.putInt(segment, AT_LAST_S, lastSeconds);
    }
}
