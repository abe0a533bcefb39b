package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.bytes;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Value of {@code rs_service}: a frontend.
 *
 * @param id       from 1; 0 in the entry of an address itself
 * @param flags    of {@link Abi}'s {@code SVC_}
 * @param lutBase  slot 0, counted in slots; even
 * @param select   {@link Abi#SELECT_FLOW_HASH} or {@link Abi#SELECT_RANDOM}
 * @param dispatch index into the arrays of dispatch programs
 * @param type     1 ClusterIP, 2 NodePort, 3 LoadBalancer, 4 external IP
 */
public record ServiceEntry(int id, int flags, int lutBase, int lutSlots, int affinitySeconds, int select, int dispatch, int type) {
    static final StructLayout LAYOUT = struct("rs_service_entry", u32("id"), u32("flags"), u32("lut_base"), u32("lut_slots"),
            u32("affinity_s"), u8("select"), u8("dispatch"), u8("type"), u8("pad"), bytes("pad2", 8));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_ID = offset(LAYOUT, "id");
    private static final long AT_FLAGS = offset(LAYOUT, "flags");
    private static final long AT_LUT_BASE = offset(LAYOUT, "lut_base");
    private static final long AT_LUT_SLOTS = offset(LAYOUT, "lut_slots");
    private static final long AT_AFFINITY_S = offset(LAYOUT, "affinity_s");
    private static final long AT_SELECT = offset(LAYOUT, "select");
    private static final long AT_DISPATCH = offset(LAYOUT, "dispatch");
    private static final long AT_TYPE = offset(LAYOUT, "type");

    /** From the first bytes of a key, a value or a record. */
    public static ServiceEntry read(MemorySegment segment) {
        return new ServiceEntry(Struct.getInt(segment, AT_ID), Struct.getInt(segment, AT_FLAGS), Struct.getInt(segment, AT_LUT_BASE),
                Struct.getInt(segment, AT_LUT_SLOTS), Struct.getInt(segment, AT_AFFINITY_S), Struct.getByte(segment, AT_SELECT),
                Struct.getByte(segment, AT_DISPATCH), Struct.getByte(segment, AT_TYPE));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putInt(segment, AT_ID, id);
        Struct.putInt(segment, AT_FLAGS, flags);
        Struct.putInt(segment, AT_LUT_BASE, lutBase);
        Struct.putInt(segment, AT_LUT_SLOTS, lutSlots);
        Struct.putInt(segment, AT_AFFINITY_S, affinitySeconds);
        Struct.putByte(segment, AT_SELECT, select);
        Struct.putByte(segment, AT_DISPATCH, dispatch);
        Struct.putByte(segment, AT_TYPE, type);
    }
}
