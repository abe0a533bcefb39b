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
 * Value of {@code rs_socket}: the frontend that a socket asked for.
 */
public record SocketEntry(IpAddress address, int port, int service) {
    static final StructLayout LAYOUT = struct("rs_socket_entry", addr("addr"), u16("port"), u16("pad"), u32("service"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_ADDR = offset(LAYOUT, "addr");
    private static final long AT_PORT = offset(LAYOUT, "port");
    private static final long AT_SERVICE = offset(LAYOUT, "service");

    public SocketEntry {
        address = Struct.canonical(address);
    }

    /** From the first bytes of a key, a value or a record. */
    public static SocketEntry read(MemorySegment segment) {
        return new SocketEntry(Struct.getAddress(segment, AT_ADDR), Struct.getPort(segment, AT_PORT), Struct.getInt(segment, AT_SERVICE));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putAddress(segment, AT_ADDR, address);
        Struct.putPort(segment, AT_PORT, port);
        Struct.putInt(segment, AT_SERVICE, service);
    }
}
