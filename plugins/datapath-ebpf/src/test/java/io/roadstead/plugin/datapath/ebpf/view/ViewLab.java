package io.roadstead.plugin.datapath.ebpf.view;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.bpf.LoadedObject;
import io.roadstead.plugin.datapath.ebpf.bpf.TestContext;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.DispatchIndexes;
import io.roadstead.plugin.datapath.ebpf.map.Event;
import io.roadstead.plugin.datapath.ebpf.map.FlowEntry;
import io.roadstead.plugin.datapath.ebpf.map.FrontendWriter;
import io.roadstead.plugin.datapath.ebpf.map.LbMaps;
import io.roadstead.plugin.datapath.ebpf.map.NatEntry;
import io.roadstead.plugin.datapath.ebpf.map.Settings;
import io.roadstead.plugin.datapath.ebpf.map.Tuple;
import io.roadstead.testkit.FakePluginContext;

/** Views on real maps, written by the real writer, on a clock of the test's. */
final class ViewLab implements AutoCloseable {

    static final int MARK = 0x5eed;
    static final int SEED = 7;

    final FakePluginContext context = new FakePluginContext("datapath-ebpf", Path.of("target/state"));
    final Catalog catalog = new Catalog();
    final Subscribers subscribers = new Subscribers();
    final List<Boolean> eventsWanted = new ArrayList<>();
    final DatapathViews views;
    private final BpfLoader loader;
    private final LoadedObject maps;
    private final LoadedObject entry;
    private final FrontendWriter writer;
    private final Arena arena = Arena.ofAuto();
    private long seconds = 10_000;

    ViewLab() {
        BpfObject object = object("view_test");
        BpfObject entryTc = object("entry_tc");
        Map<String, Integer> small = new TreeMap<>();
        for (BpfObject each : List.of(object, entryTc)) {
            each.maps().values().stream().filter(map -> map.maxEntries() > 4096 && map.keyBytes() > 0)
                    .forEach(map -> small.put(map.name(), 4096));
        }
        loader = new BpfLoader(null, small);
        maps = loader.load(object);
        entry = loader.load(entryTc);
        writer = new FrontendWriter(LbMaps.of(this::map), new DispatchIndexes(catalog), catalog, context.scheduler(), () -> {
        });
        put(Abi.CONFIG, arena.allocateFrom(JAVA_INT, 0), settings());
        views = new DatapathViews(new DatapathViews.Sources(loader::maps, catalog, () -> entry.section("tc/ingress").orElseThrow(), () -> 1,
                () -> Map.of("Mode", "SNAT"), eventsWanted::add, () -> seconds * 1_000_000_000L, FlowTimeouts.DEFAULT, subscribers),
                context);
    }

    BpfMap map(String name) {
        return loader.maps().get(name);
    }

    void frontends(FrontendState... states) {
        writer.replace(List.of(states));
    }

    /** The frontend's number. */
    int id(String frontend) {
        return catalog.services().entrySet().stream().filter(service -> service.getValue().frontend().toString().equals(frontend))
                .map(Map.Entry::getKey).findFirst().orElseThrow();
    }

    void seconds(long more) {
        seconds += more;
    }

    int now() {
        return (int) seconds;
    }

    void flow(Tuple tuple, FlowEntry flow) {
        MemorySegment value = arena.allocate(FlowEntry.SIZE, 8);
        flow.write(value);
        put(Abi.FLOW, key(tuple), value);
    }

    void nat(Tuple reply, NatEntry nat) {
        MemorySegment value = arena.allocate(NatEntry.SIZE, 8);
        nat.write(value);
        put(Abi.NAT, key(reply), value);
    }

    boolean hasFlow(Tuple tuple) {
        return map(Abi.FLOW).get(key(tuple), arena.allocate(FlowEntry.SIZE, 8));
    }

    boolean hasNat(Tuple reply) {
        return map(Abi.NAT).get(key(reply), arena.allocate(NatEntry.SIZE, 8));
    }

    void put(String map, MemorySegment key, MemorySegment value) {
        map(map).put(key, value);
    }

    MemorySegment memory(int bytes) {
        return arena.allocate(bytes, 8);
    }

    /** As a program tells of something. */
    void tell(Event event) {
        MemorySegment record = memory(Event.SIZE);
        event.write(record);
        maps.program("tell").run(record.toArray(JAVA_BYTE), TestContext.NONE, 1);
    }

    long nanos() {
        return seconds * 1_000_000_000L;
    }

    /** All that is in the maps of flows and translations, in bytes: what a test run must not change. */
    Map<String, Map<String, String>> memories() {
        Map<String, Map<String, String>> memories = new HashMap<>();
        for (String name : List.of(Abi.FLOW, Abi.NAT, Abi.AFFINITY, Abi.COUNTERS, Abi.SERVICE_COUNTERS)) {
            Map<String, String> content = new TreeMap<>();
            map(name).forEach((key, value) -> content.put(hex(key), hex(value)));
            memories.put(name, content);
        }
        return memories;
    }

    private static String hex(MemorySegment memory) {
        return HexFormat.of().formatHex(memory.toArray(JAVA_BYTE));
    }

    static <T> T now(CompletionStage<T> answer) {
        return answer.toCompletableFuture().join();
    }

    static Tuple tuple(String source, int sourcePort, String destination, int destinationPort, int protocol) {
        return new Tuple(IpAddress.parse(source), IpAddress.parse(destination), sourcePort, destinationPort, protocol);
    }

    static Flow tcp(String source, int sourcePort, String destination, int destinationPort) {
        return new Flow(Protocol.TCP, IpAddress.parse(source), sourcePort, IpAddress.parse(destination), destinationPort);
    }

    static Backend backend(String address, boolean local, BackendState state) {
        return new Backend(IpAddress.parse(address), 8080, 100, state, "node-2", IpAddress.parse("192.0.2.7"), "", local);
    }

    static FrontendState web(String address, int port, int selectable, @Nullable Duration affinity, SourceRanges ranges,
            Backend... backends) {
        int[] slots = new int[selectable == 0 ? 0 : 31];
        for (int slot = 0; slot < slots.length; slot++) {
            slots[slot] = slot % selectable;
        }
        return new FrontendState(new Frontend(IpAddress.parse(address), port, Protocol.TCP, Scope.EXTERNAL), FrontendType.LOAD_BALANCER,
                "default/web", "", List.of(backends), selectable, selectable == 0 ? null : SelectionTable.of(SlotChoice.FLOW_HASH, slots),
                "maglev", "snat", false, affinity, ranges, NoBackend.DROP);
    }

    static FrontendState web(String address, int port, Backend... backends) {
        return web(address, port, backends.length, null, SourceRanges.EVERYBODY, backends);
    }

    private static BpfObject object(String name) {
        try (var stream = ViewLab.class.getResourceAsStream("/io/roadstead/plugin/datapath/ebpf/" + name + ".bpf.o")) {
            return BpfObject.parse(name, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MemorySegment settings() {
        MemorySegment value = memory(Settings.SIZE);
        new Settings(Abi.VERSION, Abi.CONFIG_EVENTS, 1, SEED, IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::1"), 1024, 29999,
                MARK,
                100, 0, 0).write(value);
        return value;
    }

    private MemorySegment key(Tuple tuple) {
        MemorySegment key = memory(Tuple.SIZE);
        tuple.write(key);
        return key;
    }

    @Override
    public void close() {
        views.close();
        entry.close();
        maps.close();
        loader.close();
    }
}
