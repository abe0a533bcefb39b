package io.roadstead.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.DispatchIndexes;
import io.roadstead.plugin.datapath.ebpf.map.FrontendWriter;
import io.roadstead.plugin.datapath.ebpf.map.LbMaps;
import io.roadstead.testkit.ManualScheduler;

/**
 * How long until the kernel's maps hold a change: one backend comes to or goes from one of many services, from its new list of backends (the table is built in the
 * time measured) to the last system call. And how much memory the maps take. Needs root.
 */
public final class MapPublish {
    private static final int WARM_UP = 200;
    private static final int CHANGES = 2_000;

    private MapPublish() {
    }

    /** Argument: the number of services. */
    public static void main(String[] args) throws IOException {
        int services = Integer.parseInt(args[0]);
        BenchServices made = new BenchServices(IpAddress.parse("192.0.2.2"), "snat");
        System.out.println(services + " services, " + BenchServices.BACKENDS + " backends each; " + Figures.machine());
        try (BpfLoader loader = new BpfLoader(null, Map.of())) {
            loader.load(object("entry_xdp")).close();
            loader.load(object("sock")).close();
            Map<String, BpfMap> maps = loader.maps();
            long empty = total(maps);
            Catalog catalog = new Catalog();
            ManualScheduler loop = new ManualScheduler();
            FrontendWriter writer = new FrontendWriter(LbMaps.of(name -> Objects.requireNonNull(maps.get(name), name)),
                    new DispatchIndexes(catalog), catalog, loop, () -> {
                    });

            List<FrontendState> all = made.all(services, Protocol.TCP);
            long begin = System.nanoTime();
            writer.replace(all);
            System.out.printf(Locale.ROOT, "all written, tables built before: %.0f ms%n", Figures.millis(System.nanoTime() - begin));
            if (!writer.problems().isEmpty()) {
                throw new IllegalStateException(writer.problems().toString());
            }
            begin = System.nanoTime();
            writer.replace(all);
            System.out.printf(Locale.ROOT, "the same again: %.1f ms%n", Figures.millis(System.nanoTime() - begin));

            long[] nanos = new long[CHANGES];
            long[] cpu = new long[CHANGES];
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            for (int i = -WARM_UP; i < CHANGES; i++) {
                int service = Math.floorMod(i * 7919, services);
                boolean back = Math.floorDiv(i * 7919L, services) % 2 != 0;
                begin = System.nanoTime();
                long cpuBegin = threads.getCurrentThreadCpuTime();
                writer.update(List.of(made.state(service, Protocol.TCP, BenchServices.BACKENDS - (back ? 0 : 1))), List.of());
                if (i >= 0) {
                    cpu[i] = threads.getCurrentThreadCpuTime() - cpuBegin;
                    nanos[i] = System.nanoTime() - begin;
                }
                loop.advance(Duration.ofSeconds(2));
            }
            System.out.println("one backend of one service: " + Figures.ofNanos(nanos));
            System.out.println("of which this thread was on a CPU: " + Figures.ofNanos(cpu));
            print(maps, writer.used(), empty);
        }
        System.out.println("at the end: " + Figures.machine());
    }

    private static void print(Map<String, BpfMap> maps, Map<String, Integer> used, long empty) throws IOException {
        System.out.printf(Locale.ROOT, "%-18s %10s %10s %12s%n", "map", "entries", "used", "memory");
        for (BpfMap map : new TreeMap<>(maps).values()) {
            Integer entries = used.get(map.name());
            System.out.printf(Locale.ROOT, "%-18s %10d %10s %9.1f MB%n", map.name(), map.maxEntries(), entries == null ? "" : entries,
                    memory(map) / 1e6);
        }
        System.out.printf(Locale.ROOT, "all: %.1f MB, of which %.1f MB before there was a service%n", total(maps) / 1e6, empty / 1e6);
    }

    private static long total(Map<String, BpfMap> maps) throws IOException {
        long sum = 0;
        for (BpfMap map : maps.values()) {
            sum += memory(map);
        }
        return sum;
    }

    /** What the kernel says that it takes. */
    private static long memory(BpfMap map) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + map.fd())).stream().filter(line -> line.startsWith("memlock:"))
                .mapToLong(line -> Long.parseLong(line.substring("memlock:".length()).strip())).findFirst().orElse(0);
    }

    static BpfObject object(String name) throws IOException {
        try (InputStream file = FrontendWriter.class.getResourceAsStream("/io/roadstead/plugin/datapath/ebpf/" + name + ".bpf.o")) {
            return BpfObject.parse(name, Objects.requireNonNull(file, name).readAllBytes());
        }
    }
}
