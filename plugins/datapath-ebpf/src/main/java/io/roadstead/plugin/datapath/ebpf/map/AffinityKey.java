package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * Key of {@code rs_affinity}. Of a socket, the client is the cookie of its network namespace.
 */
public record AffinityKey(IpAddress client, int service) {
    static final StructLayout LAYOUT = struct("rs_affinity_key", addr("client"), u32("service"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_CLIENT = offset(LAYOUT, "client");
    private static final long AT_SERVICE = offset(LAYOUT, "service");

    public AffinityKey {
        client = Struct.canonical(client);
    }

    /** From the first bytes of a key, a value or a record. */
    public static AffinityKey read(MemorySegment segment) {
        return new AffinityKey(Struct.getAddress(segment, AT_CLIENT), Struct.getInt(segment, AT_SERVICE));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putAddress(segment, AT_CLIENT, client);
        Struct.putInt(segment, AT_SERVICE, service);
    }
}
