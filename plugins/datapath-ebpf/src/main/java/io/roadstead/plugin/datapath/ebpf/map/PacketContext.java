package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.bytes;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.gap;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Element of {@code rs_scratch} and of {@code rs_explain}: what programs found out of a packet.
 *
 * @param flags  of {@link Abi}'s {@code CTX_}
 * @param reason of {@link Abi}'s, as its counter is numbered
 */
public record PacketContext(int abi, int flags, int hook, int protocol, int ifindex, int serviceId, int backendId, int nowSeconds,
        Tuple tuple, ServiceEntry service, BackendEntry backend, FlowEntry flow, int reason, int outIfindex, int generation) {
    static final StructLayout LAYOUT = struct("rs_ctx", u32("abi"), u32("flags"), u8("hook"), u8("l4_proto"), u16("l3_offset"),
            u16("l4_offset"), u16("inner_offset"), u16("l3_length"), u16("tos"), u32("ifindex"), u32("service_id"), u32("backend_id"),
            u32("now_s"), bytes("tuple", 40), bytes("service", 32), bytes("backend", 64), gap(4), bytes("flow", 56), u32("reason"),
            u32("out_ifindex"), u32("generation"), bytes("pad", 20));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_ABI = offset(LAYOUT, "abi");
    private static final long AT_FLAGS = offset(LAYOUT, "flags");
    private static final long AT_HOOK = offset(LAYOUT, "hook");
    private static final long AT_L4_PROTO = offset(LAYOUT, "l4_proto");
    private static final long AT_IFINDEX = offset(LAYOUT, "ifindex");
    private static final long AT_SERVICE_ID = offset(LAYOUT, "service_id");
    private static final long AT_BACKEND_ID = offset(LAYOUT, "backend_id");
    private static final long AT_NOW_S = offset(LAYOUT, "now_s");
    private static final long AT_TUPLE = offset(LAYOUT, "tuple");
    private static final long AT_SERVICE = offset(LAYOUT, "service");
    private static final long AT_BACKEND = offset(LAYOUT, "backend");
    private static final long AT_FLOW = offset(LAYOUT, "flow");
    private static final long AT_REASON = offset(LAYOUT, "reason");
    private static final long AT_OUT_IFINDEX = offset(LAYOUT, "out_ifindex");
    private static final long AT_GENERATION = offset(LAYOUT, "generation");

    /** From the first bytes of a key, a value or a record. */
    public static PacketContext read(MemorySegment segment) {
        return new PacketContext(Struct.getInt(segment, AT_ABI), Struct.getInt(segment, AT_FLAGS), Struct.getByte(segment, AT_HOOK),
                Struct.getByte(segment, AT_L4_PROTO), Struct.getInt(segment, AT_IFINDEX), Struct.getInt(segment, AT_SERVICE_ID),
                Struct.getInt(segment, AT_BACKEND_ID), Struct.getInt(segment, AT_NOW_S), Tuple.read(segment.asSlice(AT_TUPLE)),
                ServiceEntry.read(segment.asSlice(AT_SERVICE)), BackendEntry.read(segment.asSlice(AT_BACKEND)),
                FlowEntry.read(segment.asSlice(AT_FLOW)), Struct.getInt(segment, AT_REASON), Struct.getInt(segment, AT_OUT_IFINDEX),
                Struct.getInt(segment, AT_GENERATION));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putInt(segment, AT_ABI, abi);
        Struct.putInt(segment, AT_FLAGS, flags);
        Struct.putByte(segment, AT_HOOK, hook);
        Struct.putByte(segment, AT_L4_PROTO, protocol);
        Struct.putInt(segment, AT_IFINDEX, ifindex);
        Struct.putInt(segment, AT_SERVICE_ID, serviceId);
        Struct.putInt(segment, AT_BACKEND_ID, backendId);
        Struct.putInt(segment, AT_NOW_S, nowSeconds);
        tuple.write(segment.asSlice(AT_TUPLE));
        service.write(segment.asSlice(AT_SERVICE));
        backend.write(segment.asSlice(AT_BACKEND));
        flow.write(segment.asSlice(AT_FLOW));
        Struct.putInt(segment, AT_REASON, reason);
        Struct.putInt(segment, AT_OUT_IFINDEX, outIfindex);
        Struct.putInt(segment, AT_GENERATION, generation);
    }
}
