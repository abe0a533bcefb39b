package io.roadstead.plugin.datapath.ebpf.view;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.map.Counter;
import io.roadstead.plugin.datapath.ebpf.map.ServiceCounter;

/** Adds up what every CPU counted for itself. Any thread. */
final class CounterReader {

    private final BpfMap reasons;
    private final BpfMap services;

    CounterReader(BpfMap reasons, BpfMap services) {
        this.reasons = reasons;
        this.services = services;
    }

    /** By {@link Reason}'s number; zeros for what was never counted. */
    Counter reason(int number) {
        long packets = 0;
        long bytes = 0;
        try (var arena = Arena.ofConfined()) {
            MemorySegment values = read(reasons, number, arena);
            for (long at = 0; at + Counter.SIZE <= values.byteSize(); at += Counter.SIZE) {
                Counter one = Counter.read(values.asSlice(at));
                packets += one.packets();
                bytes += one.bytes();
            }
        }
        return new Counter(packets, bytes);
    }

    /** By a frontend's number. */
    ServiceCounter service(int id) {
        long packets = 0;
        long bytes = 0;
        long flows = 0;
        long drops = 0;
        try (var arena = Arena.ofConfined()) {
            MemorySegment values = read(services, Integer.remainderUnsigned(id, services.maxEntries()), arena);
            for (long at = 0; at + ServiceCounter.SIZE <= values.byteSize(); at += ServiceCounter.SIZE) {
                ServiceCounter one = ServiceCounter.read(values.asSlice(at));
                packets += one.packets();
                bytes += one.bytes();
                flows += one.flows();
                drops += one.drops();
            }
        }
        return new ServiceCounter(packets, bytes, flows, drops);
    }

    private static MemorySegment read(BpfMap map, int index, Arena arena) {
        MemorySegment key = arena.allocate(4, 4);
        key.set(JAVA_INT, 0, index);
        MemorySegment values = arena.allocate(map.valueBytes(), 8);
        map.get(key, values);
        return values;
    }
}
