package io.roadstead.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.bpf.LoadedObject;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.DispatchIndexes;
import io.roadstead.plugin.datapath.ebpf.map.FrontendWriter;
import io.roadstead.plugin.datapath.ebpf.map.LbMaps;
import io.roadstead.plugin.datapath.ebpf.map.Settings;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.lab.Namespace;

/** The programs of datapath-ebpf on both devices of a namespace, and services in their maps. */
final class EbpfBalancer implements AutoCloseable {
    private static final int ABI_VERSION = 1;
    private static final int NAT_MIN = 1024;
    private static final int NAT_MAX = 29_999;
    private static final int EXPLAIN_MARK = 0x5eed;

    /** A dispatch mode's object, as a resource. */
    record Mode(String name, String object) {
    }

    private final BpfLoader loader = new BpfLoader(null, Map.of());
    private final List<Runnable> closing = new ArrayList<>();

    /**
     * @param xdp whether at XDP or at TCX
     */
    EbpfBalancer(Namespace host, boolean xdp, Mode mode, int services, Protocol protocol) throws IOException {
        LoadedObject entry = loader.load(MapPublish.object(xdp ? "entry_xdp" : "entry_tc"));
        closing.add(entry::close);
        LoadedObject dispatch = loader.load(object(mode));
        closing.add(dispatch::close);
        loader.load(MapPublish.object("sock")).close();
        Catalog catalog = new Catalog();
        DispatchIndexes indexes = new DispatchIndexes(catalog);
        put("rs_config", 0, settings());
        int index = indexes.of(mode.name()).orElseThrow();
        String hook = xdp ? "xdp" : "tc";
        put("rs_disp_" + hook, index, dispatch.section(hook + "/dispatch").orElseThrow().fd());
        FrontendWriter writer = new FrontendWriter(LbMaps.of(this::map), indexes, catalog, new ManualScheduler(), () -> {
        });
        writer.nodeAddresses(List.of(IpAddress.parse(TrafficLab.NODE)));
        writer.replace(new BenchServices(IpAddress.parse(TrafficLab.BACKEND_NODE), mode.name()).all(services, protocol));
        if (!writer.problems().isEmpty()) {
            throw new IllegalStateException(writer.problems().getFirst());
        }
        for (String device : List.of("lan", "wan")) {
            int ifindex = TrafficLab.ifindex(host, device);
            BpfLink link = host.call(() -> xdp ? BpfLink.xdp(entry.program("rs_entry_xdp"), ifindex, BpfLink.XdpMode.NATIVE)
                    : BpfLink.tcxIngress(entry.program("rs_entry_tc"), ifindex));
            closing.add(link::close);
        }
    }

    /** Packets by reason, for who wonders where they went. */
    String reasons() {
        StringBuilder text = new StringBuilder();
        BpfMap map = map("rs_counters");
        map.forEach((key, value) -> {
            long packets = 0;
            for (long at = 0; at < map.valueBytes(); at += 16) {
                packets += value.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            }
            if (packets > 0) {
                text.append(' ').append(key.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).append('=').append(packets);
            }
        });
        return text.toString();
    }

    @Override
    public void close() {
        closing.reversed().forEach(Runnable::run);
        loader.close();
    }

    private BpfMap map(String name) {
        return Objects.requireNonNull(loader.maps().get(name), name);
    }

    private void put(String map, int key, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            map(map).put(arena.allocateFrom(ValueLayout.JAVA_INT, key), arena.allocateFrom(ValueLayout.JAVA_BYTE, value));
        }
    }

    private void put(String map, int key, int value) {
        try (Arena arena = Arena.ofConfined()) {
            map(map).put(arena.allocateFrom(ValueLayout.JAVA_INT, key), arena.allocateFrom(ValueLayout.JAVA_INT, value));
        }
    }

    private static byte[] settings() {
        byte[] bytes = new byte[Settings.SIZE];
        new Settings(ABI_VERSION, 0, 1, 0x5eed, IpAddress.parse(TrafficLab.NODE), IpAddress.parse("::"), NAT_MIN, NAT_MAX, EXPLAIN_MARK,
                100, 0, 0).write(MemorySegment.ofArray(bytes));
        return bytes;
    }

    private static BpfObject object(Mode mode) throws IOException {
        try (InputStream file = EbpfBalancer.class.getResourceAsStream(mode.object())) {
            return BpfObject.parse(mode.name(), Objects.requireNonNull(file, mode.object()).readAllBytes());
        }
    }
}
