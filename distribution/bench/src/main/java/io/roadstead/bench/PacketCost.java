package io.roadstead.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.LoadedObject;
import io.roadstead.plugin.datapath.ebpf.bpf.TestContext;
import io.roadstead.plugin.datapath.ebpf.bpf.TestRun;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.DispatchIndexes;
import io.roadstead.plugin.datapath.ebpf.map.FrontendWriter;
import io.roadstead.plugin.datapath.ebpf.map.LbMaps;
import io.roadstead.plugin.datapath.ebpf.map.Settings;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.lab.Namespace;

/**
 * What the programs cost per packet, in nanoseconds above an empty program, by test runs that repeat in the kernel: entry and dispatch, but no device. Run from the
 * project's folder, as root, with the numbers of services as arguments.
 */
public final class PacketCost {

    private static final Path RESET =
            Path.of("plugins/datapath-ebpf/src/test/resources/io/roadstead/plugin/datapath/ebpf/packet_cost.bpf.o");
    private static final int FRAME = 64;
    private static final int RUNS = 9;
    private static final int REPEAT = 200_000;
    /** So few, that the ports of a node towards three backends do for all. */
    private static final int NEW_RUNS = 3;
    private static final int NEW_REPEAT = 8_000;
    private static final int XDP_ABORTED = 0;
    private static final int XDP_DROP = 1;
    private static final String NODE = "192.0.2.1";
    private static final String BACKEND_NODE = "192.0.2.2";

    private record Mode(String name, String object) {
    }

    private static final List<Mode> MODES = List.of(new Mode("snat", "/io/roadstead/plugin/snat/snat.bpf.o"),
            new Mode("dsr-geneve", "/io/roadstead/plugin/dsr/dsr_geneve.bpf.o"),
            new Mode("dsr-ipip", "/io/roadstead/plugin/dsr/dsr_ipip.bpf.o"),
            new Mode("dsr-opt", "/io/roadstead/plugin/dsr/dsr_opt.bpf.o"));

    private final Namespace host;
    private final int ifindex;

    private PacketCost(Namespace host, int ifindex) {
        this.host = host;
        this.ifindex = ifindex;
    }

    /** Numbers of services. */
    public static void main(String[] args) throws IOException {
        System.out.println(Figures.machine() + "; ns per packet above an empty program, best of " + RUNS + " times " + REPEAT
                + " for known flows, of " + NEW_RUNS + " times " + NEW_REPEAT + " for new ones");
        try (Namespace host = Namespace.create("cost"); Namespace far = Namespace.create("far")) {
            Namespace.link(host, "up", far, "up");
            host.forwarding().address("up", NODE + "/24").route("default", "via", BACKEND_NODE);
            host.run("ip", "neigh", "replace", BACKEND_NODE, "lladdr", "02:00:00:00:00:02", "dev", "up", "nud", "permanent");
            int ifindex = Integer.parseInt(host.run("cat", "/sys/class/net/up/ifindex").strip());
            var cost = new PacketCost(host, ifindex);
            for (String services : args) {
                cost.measure(Integer.parseInt(services));
            }
        }
    }

    private void measure(int services) throws IOException {
        for (Mode mode : MODES) {
            for (String hook : mode.name().equals("snat") ? List.of("xdp", "tc") : List.of("xdp")) {
                try (var bench = new Loaded(mode, hook, services)) {
                    double empty = bench.nanos("empty", false);
                    double emptyVaried = bench.nanos("empty", true);
                    // Taking the room back is the bench's own; making and taking it cost the same.
                    double shrink = mode.name().equals("snat") ? 0 : (bench.nanos("grow", false) - empty) / 2;
                    double known = bench.nanos("entry", false) - empty - shrink;
                    double fresh = bench.nanos("entry", true) - emptyVaried - shrink;
                    double other = bench.nanosOfOthers() - empty;
                    System.out.printf(Locale.ROOT, "%6d services  %-10s %-4s known %4.0f  new %4.0f  not ours %3.0f%s%n", services,
                            mode.name(), hook, known,
                            fresh, other, bench.reasons());
                }
            }
        }
    }

    /** Programs and maps of one mode at one hook. */
    private final class Loaded implements AutoCloseable {

        private final BpfLoader loader = new BpfLoader(null, Map.of());
        private final List<AutoCloseable> closing = new ArrayList<>();
        private final String hook;
        private final BpfProgram reset;
        private final LoadedObject resets;
        private final BpfProgram entry;

        Loaded(Mode mode, String hook, int services) throws IOException {
            this.hook = hook;
            resets = keep(loader.load(BpfObject.parse("packet_cost", Files.readAllBytes(RESET))));
            reset = resets.program("pc_" + hook);
            LoadedObject entries = keep(loader.load(MapPublish.object("entry_" + hook)));
            entry = entries.program("rs_entry_" + hook);
            LoadedObject dispatch = keep(loader.load(object(mode)));
            loader.load(MapPublish.object("sock")).close();
            var catalog = new Catalog();
            var indexes = new DispatchIndexes(catalog);
            put("rs_config", 0, settings());
            put("rs_disp_" + hook, indexes.of(mode.name()).orElseThrow(), number(dispatch.section(hook + "/dispatch").orElseThrow().fd()));
            var writer = new FrontendWriter(LbMaps.of(this::map), indexes, catalog, new ManualScheduler(), () -> {
            });
            writer.nodeAddresses(List.of(IpAddress.parse(NODE)));
            writer.replace(new BenchServices(IpAddress.parse(BACKEND_NODE), mode.name()).all(services, Protocol.TCP));
            if (!writer.problems().isEmpty()) {
                throw new IllegalStateException(writer.problems().getFirst());
            }
            if (hook.equals("xdp")) {
                // Gives the device the queue that test runs ask for.
                BpfLink link = host.call(() -> BpfLink.xdp(resets.program("pc_xdp_empty"), ifindex, BpfLink.XdpMode.NATIVE));
                closing.add(link);
            }
        }

        double nanos(String next, boolean vary) {
            BpfProgram program = next.equals("entry") ? entry : resets.program("pc_" + hook + "_" + next);
            put("pc_next_" + hook, 0, number(program.fd()));
            return best(frame(BenchServices.FIRST_ADDRESS), vary);
        }

        /** What passes through to the stack. */
        double nanosOfOthers() {
            put("pc_next_" + hook, 0, number(entry.fd()));
            return best(frame(0xc633_6401), false);
        }

        private double best(byte[] frame, boolean vary) {
            byte[] packet = ByteBuffer.allocate(8 + FRAME).order(ByteOrder.LITTLE_ENDIAN).putInt(vary ? 1 : 0).putInt(0).put(frame).array();
            double best = Double.MAX_VALUE;
            for (int run = 0; run < (vary ? NEW_RUNS : RUNS); run++) {
                if (run == 0 || !vary) {
                    put("pc_packet", 0, packet);
                }
                TestRun result = host.call(
                        () -> reset.run(frame, new TestContext(0, hook.equals("tc") ? ifindex : 0, ifindex), vary ? NEW_REPEAT : REPEAT));
                if (hook.equals("xdp") && (result.returnCode() == XDP_ABORTED || result.returnCode() == XDP_DROP)) {
                    throw new IllegalStateException("a packet was dropped:" + reasons());
                }
                best = Math.min(best, (double) result.nanos());
            }
            return best;
        }

        /** Reasons of drops, which there should be none of. */
        String reasons() {
            var text = new StringBuilder();
            BpfMap map = map("rs_counters");
            map.forEach((key, value) -> {
                long packets = 0;
                for (long at = 0; at < map.valueBytes(); at += 16) {
                    packets += value.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
                }
                int reason = key.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
                if (packets > 0 && reason >= 64) {
                    text.append("  drops of reason ").append(reason).append(": ").append(packets);
                }
            });
            return text.toString();
        }

        private byte[] settings() {
            byte[] bytes = new byte[Settings.SIZE];
            new Settings(1, 0, 1, 0x5eed, IpAddress.parse(NODE), IpAddress.parse("::"), 1024, 29_999, 0x5eed, 100, 0, 0)
                    .write(MemorySegment.ofArray(bytes));
            return bytes;
        }

        private BpfMap map(String name) {
            return Objects.requireNonNull(loader.maps().get(name), name);
        }

        private void put(String map, int key, byte[] value) {
            try (Arena arena = Arena.ofConfined()) {
                map(map).put(arena.allocateFrom(ValueLayout.JAVA_INT, key), arena.allocateFrom(ValueLayout.JAVA_BYTE, value));
            }
        }

        private <T extends AutoCloseable> T keep(T resource) {
            closing.add(resource);
            return resource;
        }

        @Override
        public void close() {
            for (AutoCloseable resource : closing.reversed()) {
                try {
                    resource.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            loader.close();
        }
    }

    private static byte[] number(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }

    /** A TCP segment with ACK from 198.18.0.1 to port 80. Its checksums are not right, which nobody looks at. */
    private static byte[] frame(int destination) {
        var frame = ByteBuffer.allocate(FRAME);
        frame.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}).putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (FRAME - 14)).putInt(0x0000_4000).put((byte) 64).put((byte) 6)
                .putShort((short) 0);
        frame.putInt(0xc612_0001).putInt(destination);
        frame.putShort((short) 20_000).putShort((short) BenchServices.PORT).putInt(1).putInt(2).put((byte) 0x50).put((byte) 0x10);
        byte[] bytes = new byte[FRAME];
        frame.get(0, bytes);
        return bytes;
    }

    private static BpfObject object(Mode mode) throws IOException {
        try (InputStream file = PacketCost.class.getResourceAsStream(mode.object())) {
            return BpfObject.parse(mode.name(), Objects.requireNonNull(file, mode.object()).readAllBytes());
        }
    }
}
