package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Key of {@code rs_member}; the value is the backend's state in that service, with {@link Abi#MEMBER_STANDBY}.
 */
public record MemberKey(int service, int backend) {
    static final StructLayout LAYOUT = struct("rs_member_key", u32("service"), u32("backend"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_SERVICE = offset(LAYOUT, "service");
    private static final long AT_BACKEND = offset(LAYOUT, "backend");

    /** From the first bytes of a key, a value or a record. */
    public static MemberKey read(MemorySegment segment) {
        return new MemberKey(Struct.getInt(segment, AT_SERVICE), Struct.getInt(segment, AT_BACKEND));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putInt(segment, AT_SERVICE, service);
        Struct.putInt(segment, AT_BACKEND, backend);
    }
}
