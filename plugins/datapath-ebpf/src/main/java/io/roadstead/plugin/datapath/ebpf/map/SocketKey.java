package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.bytes;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u64;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * Key of {@code rs_socket}.
 */
public record SocketKey(long cookie, IpAddress address, int port) {
    static final StructLayout LAYOUT = struct("rs_socket_key", u64("cookie"), addr("addr"), u16("port"), bytes("pad", 6));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_COOKIE = offset(LAYOUT, "cookie");
    private static final long AT_ADDR = offset(LAYOUT, "addr");
    private static final long AT_PORT = offset(LAYOUT, "port");

    public SocketKey {
        address = Struct.canonical(address);
    }

    /** From the first bytes of a key, a value or a record. */
    public static SocketKey read(MemorySegment segment) {
        return new SocketKey(Struct.getLong(segment, AT_COOKIE), Struct.getAddress(segment, AT_ADDR), Struct.getPort(segment, AT_PORT));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putLong(segment, AT_COOKIE, cookie);
        Struct.putAddress(segment, AT_ADDR, address);
        Struct.putPort(segment, AT_PORT, port);
    }
}
