package io.roadstead.plugin.datapath.ebpf.view;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.MapMemory;
import io.roadstead.plugin.datapath.ebpf.bpf.MapType;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.BackendEntry;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.LbMaps;
import io.roadstead.plugin.datapath.ebpf.map.MemberKey;
import io.roadstead.plugin.datapath.ebpf.map.ServiceEntries;
import io.roadstead.plugin.datapath.ebpf.map.ServiceEntry;
import io.roadstead.plugin.datapath.ebpf.map.ServiceKey;

/** Reads the maps back as programs see them. Any thread; the reading is done on the views' loop. */
final class TableReader implements DatapathTables {

    private static final Comparator<Frontend> BY_FRONTEND = Comparator.comparing(Frontend::address).thenComparingInt(Frontend::port)
            .thenComparing(Frontend::protocol).thenComparing(Frontend::scope);

    private final LbMaps maps;
    private final Supplier<Map<String, BpfMap>> all;
    private final CounterReader counters;
    private final Catalog catalog;
    private final Loop loop;
    private final Supplier<Map<String, String>> facts;

    TableReader(LbMaps maps, Supplier<Map<String, BpfMap>> all, CounterReader counters, Catalog catalog, Loop loop,
            Supplier<Map<String, String>> facts) {
        this.maps = maps;
        this.all = all;
        this.counters = counters;
        this.catalog = catalog;
        this.loop = loop;
        this.facts = facts;
    }

    @Override
    public Map<String, String> facts() {
        return facts.get();
    }

    @Override
    public CompletionStage<List<Entry>> entries() {
        return loop.submit(() -> {
            Map<Integer, BackendEntry> backends = backends();
            Map<Integer, Map<Integer, Integer>> members = members();
            List<Entry> entries = new ArrayList<>();
            maps.service().forEach((key, value) -> {
                ServiceKey service = ServiceKey.read(key);
                // Those without a port are the addresses themselves.
                if (service.port() != 0) {
                    ServiceEntry entry = ServiceEntry.read(value);
                    entries.add(entry(ServiceEntries.frontend(service), entry, members.getOrDefault(entry.id(), Map.of()), backends));
                }
            });
            entries.sort(Comparator.comparing(Entry::frontend, BY_FRONTEND));
            return List.copyOf(entries);
        });
    }

    @Override
    public CompletionStage<List<Table>> tables() {
        return loop.submit(() -> all.get().values().stream().map(TableReader::table).sorted(Comparator.comparing(Table::name)).toList());
    }

    @Override
    public CompletionStage<List<Counter>> counters() {
        return loop.submit(() -> {
            List<Counter> found = new ArrayList<>();
            for (Reason reason : Reason.values()) {
                var counted = counters.reason(reason.number());
                if (counted.packets() > 0) {
                    found.add(new Counter(reason.text(), reason.isDrop(), counted.packets(), counted.bytes()));
                }
            }
            return List.copyOf(found);
        });
    }

    /** Entries of a map; −1 where all of them always exist, or where counting makes no sense. */
    static long used(BpfMap map) {
        return switch (map.type()) {
            case MapType.HASH, MapType.LRU_HASH, MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH, MapType.LPM_TRIE -> {
                long[] count = {0};
                map.forEach((key, value) -> count[0]++);
                yield count[0];
            }
            default -> -1;
        };
    }

    private static Table table(BpfMap map) {
        return new Table(map.name(), MapType.text(map.type()), used(map), map.maxEntries(), MapMemory.bytes(map));
    }

    private Entry entry(Frontend frontend, ServiceEntry service, Map<Integer, Integer> members, Map<Integer, BackendEntry> backends) {
        Map<Integer, Integer> shares = shares(service);
        Map<Integer, Integer> states = new LinkedHashMap<>(members);
        // A table may name a backend whose membership went a moment ago.
        shares.keySet().forEach(id -> states.putIfAbsent(id, backends.containsKey(id) ? backends.get(id).state() : Abi.BACKEND_UNUSED));
        List<Slot> slots = new ArrayList<>();
        states.forEach((id, state) -> {
            BackendEntry backend = backends.get(id);
            if (backend != null) {
                int share = shares.getOrDefault(id, 0);
                slots.add(new Slot(Integer.toUnsignedLong(id), backend.address(), backend.port(), state(state), share > 0, share));
            }
        });
        slots.sort(Comparator.comparing((Slot slot) -> !slot.selectable()).thenComparing(Slot::address).thenComparingInt(Slot::port));
        return new Entry(frontend, Integer.toUnsignedLong(service.id()), flags(service.flags()), catalog.dispatch(service.dispatch()),
                service.lutSlots(), slots);
    }

    /** Backends' numbers to how many slots lead there; in a row without gaps, since two slots are an element. */
    private Map<Integer, Integer> shares(ServiceEntry service) {
        Map<Integer, Integer> shares = new HashMap<>();
        MemorySegment lut = maps.lut().mapped();
        long from = Integer.toUnsignedLong(service.lutBase()) * Integer.BYTES;
        long to = Math.min(lut.byteSize(), from + Integer.toUnsignedLong(service.lutSlots()) * Integer.BYTES);
        for (long at = from; at < to; at += Integer.BYTES) {
            int id = lut.get(ValueLayout.JAVA_INT, at);
            if (id != 0) {
                shares.merge(id, 1, Integer::sum);
            }
        }
        return shares;
    }

    private Map<Integer, BackendEntry> backends() {
        Map<Integer, BackendEntry> backends = new HashMap<>();
        maps.backend().forEach((key, value) -> {
            BackendEntry backend = BackendEntry.read(value);
            if (backend.state() != Abi.BACKEND_UNUSED) {
                backends.put(key.get(ValueLayout.JAVA_INT_UNALIGNED, 0), backend);
            }
        });
        return backends;
    }

    private Map<Integer, Map<Integer, Integer>> members() {
        Map<Integer, Map<Integer, Integer>> members = new HashMap<>();
        maps.member().forEach((key, value) -> {
            MemberKey member = MemberKey.read(key);
            members.computeIfAbsent(member.service(), id -> new LinkedHashMap<>()).put(member.backend(),
                    value.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
        });
        return members;
    }

    private static BackendState state(int state) {
        return switch (state & ~Abi.MEMBER_STANDBY) {
            case Abi.BACKEND_ACTIVE -> BackendState.ACTIVE;
            case Abi.BACKEND_QUARANTINED -> BackendState.QUARANTINED;
            case Abi.BACKEND_MAINTENANCE -> BackendState.MAINTENANCE;
            default -> BackendState.TERMINATING;
        };
    }

    /** In Cilium's words where it has some. */
    static List<String> flags(int flags) {
        Map<Integer, String> names = new LinkedHashMap<>();
        names.put(Abi.SVC_CLUSTER_IP, "ClusterIP");
        names.put(Abi.SVC_NODE_PORT, "NodePort");
        names.put(Abi.SVC_LOAD_BALANCER, "LoadBalancer");
        names.put(Abi.SVC_EXTERNAL_IP, "ExternalIPs");
        names.put(Abi.SVC_LOCAL_ONLY, "Local");
        names.put(Abi.SVC_TWO_SCOPES, "two-scopes");
        names.put(Abi.SVC_AFFINITY, "sessionAffinity");
        names.put(Abi.SVC_SOURCE_RANGE, "check source-range");
        names.put(Abi.SVC_SOURCE_DENY, "deny source-range");
        List<String> found = new ArrayList<>();
        names.forEach((bit, name) -> {
            if ((flags & bit) != 0) {
                found.add(name);
            }
        });
        if ((flags & Abi.SVC_ROUTABLE) == 0) {
            found.add("non-routable");
        }
        return found;
    }
}
