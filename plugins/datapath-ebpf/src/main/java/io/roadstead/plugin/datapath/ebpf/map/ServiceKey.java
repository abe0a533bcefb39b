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
 * Key of {@code rs_service}. Port 0 with protocol 0 is the address itself, which makes it a VIP of ours.
 *
 * @param protocol IP protocol number
 * @param scope    {@link Abi#SCOPE_EXTERNAL} or {@link Abi#SCOPE_INTERNAL}
 */
public record ServiceKey(IpAddress address, int port, int protocol, int scope) {
    static final StructLayout LAYOUT = struct("rs_service_key", addr("addr"), u16("port"), u8("proto"), u8("scope"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_ADDR = offset(LAYOUT, "addr");
    private static final long AT_PORT = offset(LAYOUT, "port");
    private static final long AT_PROTO = offset(LAYOUT, "proto");
    private static final long AT_SCOPE = offset(LAYOUT, "scope");

    public ServiceKey {
        address = Struct.canonical(address);
    }

    /** From the first bytes of a key, a value or a record. */
    public static ServiceKey read(MemorySegment segment) {
        return new ServiceKey(Struct.getAddress(segment, AT_ADDR), Struct.getPort(segment, AT_PORT), Struct.getByte(segment, AT_PROTO),
                Struct.getByte(segment, AT_SCOPE));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putAddress(segment, AT_ADDR, address);
        Struct.putPort(segment, AT_PORT, port);
        Struct.putByte(segment, AT_PROTO, protocol);
        Struct.putByte(segment, AT_SCOPE, scope);
    }
}
