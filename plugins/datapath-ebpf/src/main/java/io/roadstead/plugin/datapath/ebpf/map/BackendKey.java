package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * Key of {@code rs_backend_ids}.
 */
public record BackendKey(IpAddress address, int port, int protocol) {
    static final StructLayout LAYOUT = struct("rs_backend_key", addr("addr"), u16("port"), u8("proto"), u8("pad"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_ADDR = offset(LAYOUT, "addr");
    private static final long AT_PORT = offset(LAYOUT, "port");
    private static final long AT_PROTO = offset(LAYOUT, "proto");

    public BackendKey {
        address = Struct.canonical(address);
    }

    /** From the first bytes of a key, a value or a record. */
    public static BackendKey read(MemorySegment segment) {
        return new BackendKey(Struct.getAddress(segment, AT_ADDR), Struct.getPort(segment, AT_PORT), Struct.getByte(segment, AT_PROTO));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putAddress(segment, AT_ADDR, address);
        Struct.putPort(segment, AT_PORT, port);
        Struct.putByte(segment, AT_PROTO, protocol);
    }
}
