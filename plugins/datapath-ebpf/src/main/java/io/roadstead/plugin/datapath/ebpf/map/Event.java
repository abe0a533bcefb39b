package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.bytes;
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
 * Record of {@code rs_events}.
 *
 * @param timeNanos of the monotonic clock
 */
public record Event(long timeNanos, Tuple tuple, IpAddress backend, int backendPort, int kind, int reason, int service, int backendId,
        int ifindex, int dispatch, int hook) {
    static final StructLayout LAYOUT = struct("rs_event", u64("time_ns"), bytes("tuple", 40), addr("backend"), u16("backend_port"),
            u8("kind"), u8("reason"), u32("service"), u32("backend_id"), u32("ifindex"), u8("dispatch"), u8("hook"), bytes("pad", 6));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_TIME_NS = offset(LAYOUT, "time_ns");
    private static final long AT_TUPLE = offset(LAYOUT, "tuple");
    private static final long AT_BACKEND = offset(LAYOUT, "backend");
    private static final long AT_BACKEND_PORT = offset(LAYOUT, "backend_port");
    private static final long AT_KIND = offset(LAYOUT, "kind");
    private static final long AT_REASON = offset(LAYOUT, "reason");
    private static final long AT_SERVICE = offset(LAYOUT, "service");
    private static final long AT_BACKEND_ID = offset(LAYOUT, "backend_id");
    private static final long AT_IFINDEX = offset(LAYOUT, "ifindex");
    private static final long AT_DISPATCH = offset(LAYOUT, "dispatch");
    private static final long AT_HOOK = offset(LAYOUT, "hook");

    public Event {
        backend = Struct.canonical(backend);
    }

    /** From the first bytes of a key, a value or a record. */
    public static Event read(MemorySegment segment) {
        return new Event(Struct.getLong(segment, AT_TIME_NS), Tuple.read(segment.asSlice(AT_TUPLE)), Struct.getAddress(segment, AT_BACKEND),
                Struct.getPort(segment, AT_BACKEND_PORT), Struct.getByte(segment, AT_KIND), Struct.getByte(segment, AT_REASON),
                Struct.getInt(segment, AT_SERVICE), Struct.getInt(segment, AT_BACKEND_ID), Struct.getInt(segment, AT_IFINDEX),
                Struct.getByte(segment, AT_DISPATCH), Struct.getByte(segment, AT_HOOK));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putLong(segment, AT_TIME_NS, timeNanos);
        tuple.write(segment.asSlice(AT_TUPLE));
        Struct.putAddress(segment, AT_BACKEND, backend);
        Struct.putPort(segment, AT_BACKEND_PORT, backendPort);
        Struct.putByte(segment, AT_KIND, kind);
        Struct.putByte(segment, AT_REASON, reason);
        Struct.putInt(segment, AT_SERVICE, service);
        Struct.putInt(segment, AT_BACKEND_ID, backendId);
        Struct.putInt(segment, AT_IFINDEX, ifindex);
        Struct.putByte(segment, AT_DISPATCH, dispatch);
        Struct.putByte(segment, AT_HOOK, hook);
    }
}
