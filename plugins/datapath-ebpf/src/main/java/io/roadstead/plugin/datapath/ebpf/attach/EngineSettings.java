package io.roadstead.plugin.datapath.ebpf.attach;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * How the datapath is to be put in place.
 *
 * @param sizes    entries by map
 * @param sockets  sections of the socket programs, without {@code cgroup/}
 * @param cgroup   null for the top of the hierarchy
 * @param natMin   first port of translated sources
 * @param natMax   last one
 * @param icmpPerSecond of one CPU
 * @param explainMark what marks packets of test runs; not 0
 */
public record EngineSettings(Path pinDirectory, List<String> devices, List<String> podDevices, Acceleration acceleration,
        TrafficControl trafficControl, Map<String, Integer> sizes, Set<String> sockets, @Nullable Path cgroup, int natMin, int natMax,
        int icmpPerSecond, boolean echo, boolean events, int explainMark) {
    public EngineSettings {
        devices = List.copyOf(devices);
        podDevices = List.copyOf(podDevices);
        sizes = Map.copyOf(sizes);
        sockets = Set.copyOf(sockets);
    }
}
