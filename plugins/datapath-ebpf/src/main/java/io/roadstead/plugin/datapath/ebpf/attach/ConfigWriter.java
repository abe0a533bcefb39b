package io.roadstead.plugin.datapath.ebpf.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.UnaryOperator;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.map.Settings;

/** The settings that programs read with each packet. On the datapath's loop, which is their only writer. */
final class ConfigWriter {
    private final BpfMap map;
    private Settings written;

    /** Begins with what an earlier agent left. */
    ConfigWriter(BpfMap map) {
        this.map = map;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(map.valueBytes(), Long.BYTES);
            written = map.get(arena.allocateFrom(JAVA_INT, 0), value) ? Settings.read(value)
                    : new Settings(0, 0, 0, 0, IpAddress.ipv4(0), IpAddress.ipv4(0), 0, 0, 0, 0, 0, 0);
        }
    }

    Settings written() {
        return written;
    }

    /** Writes what comes of the present ones, unless that is the same. */
    void change(UnaryOperator<Settings> change) {
        Settings wanted = change.apply(written);
        if (!wanted.equals(written)) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment value = arena.allocate(map.valueBytes(), Long.BYTES);
                wanted.write(value);
                map.put(arena.allocateFrom(JAVA_INT, 0), value);
                written = wanted;
            }
        }
    }

    /** Tells programs that what they remember of tables may be old. */
    void raiseGeneration() {
        change(now -> new Settings(now.abi(), now.flags(), now.generation() + 1, now.hashSeed(), now.node4(), now.node6(), now.natMin(),
                now.natMax(), now.explainMark(), now.icmpPerSecond(), now.mtu(), now.hairpin()));
    }
}
