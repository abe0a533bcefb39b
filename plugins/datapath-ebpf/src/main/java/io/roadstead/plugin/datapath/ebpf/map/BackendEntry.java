package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.bytes;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * Element of {@code rs_backend}. Its cached next hop is left to the programs: zeros make them ask the FIB.
 *
 * @param node     address of its node; unspecified when unknown
 * @param state    of {@link Abi}'s {@code BACKEND_}; the best of its services
 * @param services how many use it
 */
public record BackendEntry(IpAddress address, IpAddress node, int port, int protocol, int state, int flags, int services) {
    static final StructLayout LAYOUT = struct("rs_backend_entry", addr("addr"), addr("node"), u16("port"), u8("proto"), u8("state"),
            u32("flags"), u32("ifindex"), bytes("dmac", 6), bytes("smac", 6), u32("services"), u32("pad"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_ADDR = offset(LAYOUT, "addr");
    private static final long AT_NODE = offset(LAYOUT, "node");
    private static final long AT_PORT = offset(LAYOUT, "port");
    private static final long AT_PROTO = offset(LAYOUT, "proto");
    private static final long AT_STATE = offset(LAYOUT, "state");
    private static final long AT_FLAGS = offset(LAYOUT, "flags");
    private static final long AT_SERVICES = offset(LAYOUT, "services");

    public BackendEntry {
        address = Struct.canonical(address);
        node = Struct.canonical(node);
    }

    /** From the first bytes of a key, a value or a record. */
    public static BackendEntry read(MemorySegment segment) {
        return new BackendEntry(Struct.getAddress(segment, AT_ADDR), Struct.getAddress(segment, AT_NODE), Struct.getPort(segment, AT_PORT),
                Struct.getByte(segment, AT_PROTO), Struct.getByte(segment, AT_STATE), Struct.getInt(segment, AT_FLAGS),
                Struct.getInt(segment, AT_SERVICES));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putAddress(segment, AT_ADDR, address);
        Struct.putAddress(segment, AT_NODE, node);
        Struct.putPort(segment, AT_PORT, port);
        Struct.putByte(segment, AT_PROTO, protocol);
        Struct.putByte(segment, AT_STATE, state);
        Struct.putInt(segment, AT_FLAGS, flags);
        Struct.putInt(segment, AT_SERVICES, services);
    }
}
