package io.roadstead.plugin.datapath.ebpf.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;

/** Writes services and backends into the maps byte by byte, as abi.h lays them out, and by no code of the agent. Used by one thread. */
final class ServiceMaps {
    static final int TCP = 6;
    static final int UDP = 17;

    static final int EXTERNAL = 0;
    static final int INTERNAL = 1;

    static final int NODE_PORT = 1 << 2;
    static final int TWO_SCOPES = 1 << 7;
    static final int AFFINITY = 1 << 8;

    static final int FLOW_HASH = 0;
    static final int RANDOM = 1;

    static final int ACTIVE = 1;
    static final int TERMINATING = 2;

    static final int EVENTS = 1;
    static final int SOCKETS = 1 << 1;

    static final int SOCKET_TRANSLATED = 9;
    static final int NO_BACKEND = 64;

    /** Slots per service here; ids from 1 have theirs one behind the other. */
    static final int SLOTS = 64;

    private static final int ABI_VERSION = 1;
    private static final int AFFINITY_S = 3600;

    private final Function<String, BpfMap> maps;

    ServiceMaps(Function<String, BpfMap> maps) {
        this.maps = maps;
    }

    void config(int flags, InetAddress node4, InetAddress node6) {
        config(ABI_VERSION, flags, node4, node6);
    }

    void config(int version, int flags, InetAddress node4, InetAddress node6) {
        put("rs_config", u32(0), bytes(72).putInt(version).putInt(flags).putInt(0).putInt(0x5eed).put(mapped(node4)).put(mapped(node6)));
    }

    void backend(int id, InetSocketAddress address, int proto, int state) {
        put("rs_backend", u32(id), bytes(64).put(mapped(address.getAddress())).put(new byte[16]).put(port(address)).put((byte) proto)
                .put((byte) state));
    }

    void member(int service, int backend, int state) {
        put("rs_member", bytes(8).putInt(service).putInt(backend), u32(state));
    }

    void service(int id, InetSocketAddress address, int proto, int scope, int flags, int select, List<Integer> backends) {
        IntStream.range(0, SLOTS / 2).forEach(pair -> put("rs_lut", u32((id * SLOTS) / 2 + pair),
                bytes(8).putInt(slot(backends, 2 * pair)).putInt(slot(backends, 2 * pair + 1))));
        put("rs_service", serviceKey(address, proto, scope), bytes(32).putInt(id).putInt(flags).putInt(id * SLOTS)
                .putInt(backends.isEmpty() ? 0 : SLOTS).putInt(AFFINITY_S).put((byte) select));
    }

    void removeService(InetSocketAddress address, int proto, int scope) {
        try (var arena = Arena.ofConfined()) {
            maps.apply("rs_service").remove(segment(arena, serviceKey(address, proto, scope)));
        }
    }

    /** Sum over all CPUs of a reason's packets. */
    long counted(int reason) {
        var map = maps.apply("rs_counters");
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(map.valueBytes(), 8);
            map.get(segment(arena, u32(reason)), value);
            var counters = value.asByteBuffer().order(ByteOrder.nativeOrder());
            return IntStream.range(0, map.valueBytes() / 16).mapToLong(cpu -> counters.getLong(cpu * 16)).sum();
        }
    }

    /** How many entries a map has. */
    int size(String map) {
        var entries = new int[1];
        maps.apply(map).forEach((key, value) -> entries[0]++);
        return entries[0];
    }

    /** Forgets all entries of a map. */
    void clear(String map) {
        var keys = new ArrayList<byte[]>();
        maps.apply(map).forEach((key, value) -> keys.add(key.toArray(JAVA_BYTE)));
        try (var arena = Arena.ofConfined()) {
            keys.forEach(key -> maps.apply(map).remove(arena.allocateFrom(JAVA_BYTE, key)));
        }
    }

    /** Makes all clients' last connections that much older. */
    void ageAffinities(int seconds) {
        var entries = new HashMap<ByteBuffer, ByteBuffer>();
        maps.apply("rs_affinity").forEach((key, value) -> entries.put(copy(key), copy(value)));
        entries.forEach((key, value) -> put("rs_affinity", key, value.putInt(4, value.getInt(4) - seconds)));
    }

    private static int slot(List<Integer> backends, int slot) {
        return backends.isEmpty() ? 0 : backends.get(slot % backends.size());
    }

    private static ByteBuffer serviceKey(InetSocketAddress address, int proto, int scope) {
        return bytes(20).put(mapped(address.getAddress())).put(port(address)).put((byte) proto).put((byte) scope);
    }

    private void put(String map, ByteBuffer key, ByteBuffer value) {
        try (var arena = Arena.ofConfined()) {
            maps.apply(map).put(segment(arena, key), segment(arena, value));
        }
    }

    private static MemorySegment segment(Arena arena, ByteBuffer bytes) {
        var segment = arena.allocate(bytes.capacity(), 8);
        segment.copyFrom(MemorySegment.ofBuffer(bytes.clear()));
        return segment;
    }

    private static ByteBuffer copy(MemorySegment segment) {
        return ByteBuffer.wrap(segment.toArray(JAVA_BYTE)).order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer u32(int value) {
        return bytes(4).putInt(value);
    }

    private static byte[] port(InetSocketAddress address) {
        return new byte[] {(byte) (address.getPort() >>> 8), (byte) address.getPort()};
    }

    private static byte[] mapped(InetAddress address) {
        var all = new byte[16];
        var bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            all[10] = -1;
            all[11] = -1;
        }
        System.arraycopy(bytes, 0, all, all.length - bytes.length, bytes.length);
        return all;
    }
}
