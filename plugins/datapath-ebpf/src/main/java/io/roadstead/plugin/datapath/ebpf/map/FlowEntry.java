package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u64;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * Value of {@code rs_flow}.
 *
 * @param flags of {@link Abi}'s {@code FLOW_}
 */
public record FlowEntry(int service, int backend, int flags, int createdSeconds, int lastSeconds, int natPort, int dispatch, int told,
        long packets, long bytes, IpAddress natAddress) {
    static final StructLayout LAYOUT = struct("rs_flow_entry", u32("service"), u32("backend"), u32("flags"), u32("created_s"),
            u32("last_s"), u16("nat_port"), u8("dispatch"), u8("told"), u64("packets"), u64("bytes"), addr("nat_addr"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_SERVICE = offset(LAYOUT, "service");
    private static final long AT_BACKEND = offset(LAYOUT, "backend");
    private static final long AT_FLAGS = offset(LAYOUT, "flags");
    private static final long AT_CREATED_S = offset(LAYOUT, "created_s");
    private static final long AT_LAST_S = offset(LAYOUT, "last_s");
    private static final long AT_NAT_PORT = offset(LAYOUT, "nat_port");
    private static final long AT_DISPATCH = offset(LAYOUT, "dispatch");
    private static final long AT_TOLD = offset(LAYOUT, "told");
    private static final long AT_PACKETS = offset(LAYOUT, "packets");
    private static final long AT_BYTES = offset(LAYOUT, "bytes");
    private static final long AT_NAT_ADDR = offset(LAYOUT, "nat_addr");

    public FlowEntry {
        natAddress = Struct.canonical(natAddress);
    }

    /** From the first bytes of a key, a value or a record. */
    public static FlowEntry read(MemorySegment segment) {
        return new FlowEntry(Struct.getInt(segment, AT_SERVICE), Struct.getInt(segment, AT_BACKEND), Struct.getInt(segment, AT_FLAGS),
                Struct.getInt(segment, AT_CREATED_S), Struct.getInt(segment, AT_LAST_S), Struct.getPort(segment, AT_NAT_PORT),
                Struct.getByte(segment, AT_DISPATCH), Struct.getByte(segment, AT_TOLD), Struct.getLong(segment, AT_PACKETS),
                Struct.getLong(segment, AT_BYTES), Struct.getAddress(segment, AT_NAT_ADDR));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putInt(segment, AT_SERVICE, service);
        Struct.putInt(segment, AT_BACKEND, backend);
        Struct.putInt(segment, AT_FLAGS, flags);
        Struct.putInt(segment, AT_CREATED_S, createdSeconds);
        Struct.putInt(segment, AT_LAST_S, lastSeconds);
        Struct.putPort(segment, AT_NAT_PORT, natPort);
        Struct.putByte(segment, AT_DISPATCH, dispatch);
        Struct.putByte(segment, AT_TOLD, told);
        Struct.putLong(segment, AT_PACKETS, packets);
        Struct.putLong(segment, AT_BYTES, bytes);
        Struct.putAddress(segment, AT_NAT_ADDR, natAddress);
    }
}
