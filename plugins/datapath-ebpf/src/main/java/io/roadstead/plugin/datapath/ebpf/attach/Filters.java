package io.roadstead.plugin.datapath.ebpf.attach;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.HostNetwork;
import io.roadstead.plugin.datapath.ebpf.bpf.TcFilter;
import io.roadstead.plugin.datapath.ebpf.bpf.TcFilter.Direction;

/** Our filters where the kernel has no links for traffic control. Filters need no pin to outlive the agent. On the datapath's loop. */
final class Filters {
    /** Ours among the filters of a device: another agent's of that priority would be taken for ours. */
    private static final int PRIORITY = 21075;

    private final Map<TcFilter, Integer> programs = new HashMap<>();
    private boolean swept;

    static TcFilter place(int ifindex, Direction direction) {
        return new TcFilter(ifindex, direction, PRIORITY);
    }

    /** Has the program run there; it takes the place of an earlier agent's. */
    void ensure(TcFilter place, BpfProgram program) {
        Integer known = programs.get(place);
        if (known == null || known != program.id()) {
            place.attach(program);
            programs.put(place, program.id());
        }
    }

    /** Takes away all others; the first time also those that an earlier agent left. */
    void retain(Set<TcFilter> wanted) {
        if (!swept) {
            swept = true;
            everywhere().stream().filter(place -> !wanted.contains(place)).forEach(TcFilter::detach);
        }
        List<TcFilter> gone = new ArrayList<>(programs.keySet());
        gone.removeAll(wanted);
        gone.forEach(place -> {
            place.detach();
            programs.remove(place);
        });
    }

    /** Takes away all of ours; what was there, one line each. */
    static List<String> clear() {
        List<String> removed = new ArrayList<>();
        HostNetwork.devices().forEach((name, index) -> {
            for (Direction direction : Direction.values()) {
                if (place(index, direction).detach()) {
                    removed.add("filter of device " + name + " (" + direction.name().toLowerCase(Locale.ROOT) + ")");
                }
            }
        });
        return removed;
    }

    private static List<TcFilter> everywhere() {
        List<TcFilter> places = new ArrayList<>();
        for (int index : HostNetwork.devices().values()) {
            for (Direction direction : Direction.values()) {
                places.add(place(index, direction));
            }
        }
        return places;
    }
}
