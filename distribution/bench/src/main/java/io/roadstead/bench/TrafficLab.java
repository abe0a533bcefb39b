package io.roadstead.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.bpf.LoadedObject;
import io.roadstead.testkit.lab.Namespace;

/**
 * A client, a load balancer and the backends' node as network namespaces in a row. The client's packets are made in the kernel, carried through all three
 * by the one CPU that this process is bound to, and counted in the last.
 */
final class TrafficLab implements AutoCloseable {
    static final String NODE = "10.2.0.1";
    static final String BACKEND_NODE = "10.2.0.2";

    private static final int FIRST_CLIENT = 0x0a09_0000; // 10.9.0.0
    private static final int FRAME_BYTES = 60;
    private static final int MOST_AT_ONCE = 100_000;
    private static final int SEEN = 1;

    private final Namespace client = Namespace.create("client");
    private final Namespace balancer = Namespace.create("lb");
    private final Namespace backend = Namespace.create("backend");
    private final BpfLoader loader = new BpfLoader(null, Map.of());
    private final CpuTime cpu = CpuTime.ofOwnCpu();
    private final BpfMap counters;
    private final Path object;
    private @Nullable BpfLink sink;

    TrafficLab() throws IOException {
        Namespace.link(client, "eth0", balancer, "lan");
        Namespace.link(balancer, "wan", backend, "eth0");
        client.address("eth0", "10.1.0.2/24").route("default", "via", "10.1.0.1");
        balancer.address("lan", "10.1.0.1/24").address("wan", NODE + "/24").route("10.9.0.0/16", "via", "10.1.0.2").forwarding();
        balancer.route("10.244.0.0/15", "via", BACKEND_NODE);
        backend.address("eth0", BACKEND_NODE + "/24").route("default", "via", NODE);
        neighbour(balancer, "lan", "10.1.0.2", client);
        neighbour(balancer, "wan", BACKEND_NODE, backend);
        balancer.sysctl("net.ipv4.conf.lan.rp_filter", "0").sysctl("net.ipv4.conf.wan.rp_filter", "0");
        // A frame that XDP sends on has its checksum in it, not in what an skb knows of it: nobody may leave it to a device that there is not.
        client.run("ethtool", "-K", "eth0", "tx", "off");
        backend.run("ethtool", "-K", "eth0", "tx", "off");
        // with it a device takes what XDP of the other end sends, without having a program itself
        balancer.run("ethtool", "-K", "lan", "gro", "on");
        backend.run("ethtool", "-K", "eth0", "gro", "on");
        client.run("ethtool", "-K", "eth0", "gro", "on");
        balancer.run("ethtool", "-K", "wan", "gro", "on");
        object = compile();
        loader.load(BpfObject.parse("traffic", Files.readAllBytes(object))).close();
        counters = Objects.requireNonNull(loader.maps().get("traffic"));
    }

    Namespace client() {
        return client;
    }

    Namespace balancer() {
        return balancer;
    }

    Namespace backend() {
        return backend;
    }

    /** Index of a device of a namespace. */
    static int ifindex(Namespace host, String device) {
        return host.call(() -> NetworkInterface.getByName(device).getIndex());
    }

    /** Takes away what arrives, by the program that costs the way it comes least. */
    void sink(boolean xdp) throws IOException {
        if (sink != null) {
            sink.close();
        }
        try (LoadedObject loaded = loader.load(BpfObject.parse("traffic", Files.readAllBytes(object)))) {
            sink = attached(loaded, backend, "eth0", xdp, "sink");
        }
    }

    /** Puts the least of a balancer in its place until what is returned is closed: a program that sends everything on to the backends' node. */
    BpfLink forward(boolean xdp) throws IOException {
        BpfObject traffic = BpfObject.parse("traffic", Files.readAllBytes(object)).constant("next_hop", mac(backend, "eth0"))
                .constant("own_mac", mac(balancer, "wan")).constant("out_device", ifindex(balancer, "wan"));
        try (LoadedObject loaded = loader.load(traffic)) {
            return attached(loaded, balancer, "lan", xdp, "forward");
        }
    }

    /** Takes packets away where they come to the balancer, until what is returned is closed: what is left is the generator. */
    BpfLink sinkBefore(boolean xdp) throws IOException {
        try (LoadedObject loaded = loader.load(BpfObject.parse("traffic", Files.readAllBytes(object)))) {
            return attached(loaded, balancer, "lan", xdp, "sink");
        }
    }

    private static BpfLink attached(LoadedObject loaded, Namespace host, String name, boolean xdp, String program) {
        int device = ifindex(host, name);
        return host.call(() -> xdp ? BpfLink.xdp(loaded.program("traffic_" + program + "_xdp"), device, BpfLink.XdpMode.NATIVE)
                : BpfLink.tcxIngress(loaded.program("traffic_" + program + "_tc"), device));
    }

    /** What became of packets: how many arrived, and the CPU's time for all of them. */
    record Run(long sent, long arrived, long nanos) {
        double nanosPerPacket() {
            return (double) nanos / sent;
        }

        double lost() {
            return (double) (sent - arrived) / sent;
        }
    }

    /** Sends; {@code flows} 0 makes every packet a flow of its own. */
    Run send(long packets, int flows, int services) throws IOException {
        BpfObject source = BpfObject.parse("traffic", Files.readAllBytes(object)).constant("flows", flows).constant("services", services)
                .constant("first_client", Integer.toUnsignedLong(FIRST_CLIENT))
                .constant("first_service", Integer.toUnsignedLong(BenchServices.FIRST_ADDRESS))
                .constant("next_hop", mac(balancer, "lan")).constant("own_mac", mac(client, "eth0"));
        try (LoadedObject loaded = loader.load(source)) {
            int device = ifindex(client, "eth0");
            long before = arrived();
            return client.call(() -> {
                long begin = cpu.nanos();
                for (long left = packets; left > 0; left -= MOST_AT_ONCE) {
                    loaded.program("traffic_source").transmit(new byte[FRAME_BYTES], device, (int) Math.min(MOST_AT_ONCE, left));
                }
                long arrived = settled(before) - before;
                return new Run(packets, arrived, cpu.nanos() - begin);
            });
        }
    }

    @Override
    public void close() {
        if (sink != null) {
            sink.close();
        }
        loader.close();
        client.close();
        balancer.close();
        backend.close();
    }

    /** What is still on its way arrives within moments. */
    private long settled(long before) {
        long seen = before;
        for (long now = arrived(); now != seen; now = arrived()) {
            seen = now;
            LockSupport.parkNanos(5_000_000);
        }
        return seen;
    }

    private long arrived() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(counters.valueBytes(), 8);
            counters.get(arena.allocateFrom(ValueLayout.JAVA_INT, SEEN), value);
            long sum = 0;
            for (long at = 0; at < value.byteSize(); at += Long.BYTES) {
                sum += value.get(ValueLayout.JAVA_LONG, at);
            }
            return sum;
        }
    }

    private static void neighbour(Namespace host, String device, String address, Namespace other) {
        String hex = HexFormat.ofDelimiter(":").formatHex(hardware(other, "eth0"));
        host.run("ip", "neigh", "replace", address, "lladdr", hex, "dev", device, "nud", "permanent");
    }

    /** First byte lowest. */
    private static long mac(Namespace host, String device) {
        byte[] bytes = hardware(host, device);
        long mac = 0;
        for (int i = 0; i < bytes.length; i++) {
            mac |= (bytes[i] & 0xffL) << 8 * i;
        }
        return mac;
    }

    private static byte[] hardware(Namespace host, String device) {
        return host.call(() -> NetworkInterface.getByName(device).getHardwareAddress());
    }

    private static Path compile() throws IOException {
        Path source = Path.of("distribution/bench/src/main/c/traffic.bpf.c");
        Path target = Files.createTempFile("traffic", ".bpf.o");
        target.toFile().deleteOnExit();
        Process clang = new ProcessBuilder("clang", "-target", "bpf", "-mcpu=v3", "-O2", "-g", "-isystem",
                "/usr/include/" + System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu", "-c", source.toString(), "-o",
                target.toString()).inheritIO().start();
        try {
            if (clang.waitFor() != 0) {
                throw new IOException(
                        "cannot compile " + source + "; run this in the root of the project, with clang and libbpf-dev installed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return target;
    }
}
