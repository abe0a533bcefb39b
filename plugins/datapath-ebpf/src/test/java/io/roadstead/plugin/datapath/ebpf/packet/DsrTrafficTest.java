package io.roadstead.plugin.datapath.ebpf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Namespace;

/**
 * Sockets of a client's through two nodes by each carrier: one balances, the backend runs on the other. The cables are pairs of veth, so that the programs meet
 * TCP packets of many segments, which are wrapped and unwrapped whole.
 */
class DsrTrafficTest {

    private static final int PORT = 8000 + Site.LOCAL;
    private static final int BYTES = 8 << 20;
    private static final int LONG_MILLIS = 20_000;
    private static final String BALANCER4 = "198.18.0.1";
    private static final String BALANCER6 = "2001:db8:18::1";
    private static final String OTHER4 = "198.18.0.2";
    private static final String OTHER6 = "2001:db8:18::2";

    private static final List<AutoCloseable> open = new ArrayList<>();
    private static Rig balancer;
    private static Rig other;
    private static Namespace client;
    private static Namespace pod;

    record Way(String carrier, boolean v6) {
    }

    static Stream<Way> ways() {
        return Stream.of("dsr_geneve", "dsr_ipip", "dsr_opt")
                .flatMap(carrier -> Stream.of(new Way(carrier, false), new Way(carrier, true)));
    }

    @BeforeAll
    static void build() {
        Labs.require();
        balancer = keep(new Rig());
        other = keep(new Rig());
        client = keep(Namespace.create("client"));
        pod = keep(Namespace.create("pod"));
        Namespace.link(balancer.node(), "client", client, "eth0");
        Namespace.link(balancer.node(), "between", other.node(), "between");
        Namespace.link(other.node(), "pod", pod, "eth0");
        balancer.addresses(BALANCER4, BALANCER6);
        other.addresses(OTHER4, OTHER6);
        balancer.node().address("between", BALANCER4 + "/24").address("between", BALANCER6 + "/64");
        other.node().address("between", OTHER4 + "/24").address("between", OTHER6 + "/64");
        leaf(client, balancer.node(), "client", Site.CLIENT4, Site.CLIENT6, "192.0.2.2", "2001:db8::2");
        leaf(pod, other.node(), "pod", Site.LOCAL4, Site.LOCAL6, "198.51.100.2", "2001:db8:1::2");
        balancer.node().route(Site.LOCAL4 + "/32", "via", OTHER4).route(Site.LOCAL6 + "/128", "via", OTHER6);
        other.node().route(Site.CLIENT4 + "/32", "via", BALANCER4).route(Site.CLIENT6 + "/128", "via", BALANCER6);
        for (Rig node : List.of(balancer, other)) {
            for (String carrier : List.of("dsr_geneve", "dsr_ipip", "dsr_opt")) {
                node.mode("dispatch-dsr", carrier);
            }
            node.terminate(Rig.UDP << 16 | 6081, "dsr_geneve");
            node.terminate(4 << 16, "dsr_ipip");
            node.terminate(41 << 16, "dsr_ipip");
            node.terminate(0xfe << 16, "dsr_opt");
            node.terminate(60 << 16, "dsr_opt");
        }
        keep(balancer.attachEntry("client"));
        keep(other.attachEntry("between"));
        keep(other.attachReply("between"));
    }

    @AfterAll
    static void remove() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        open.clear();
    }

    /** A host with one cable, whose far end routes for it. */
    private static void leaf(Namespace host, Namespace router, String device, String ipv4, String ipv6, String gateway4, String gateway6) {
        router.address(device, gateway4 + "/32").address(device, gateway6 + "/128");
        router.run("ip", "route", "replace", ipv4 + "/32", "dev", device);
        router.run("ip", "route", "replace", ipv6 + "/128", "dev", device);
        host.address("eth0", ipv4 + "/32").address("eth0", ipv6 + "/128");
        host.route(gateway4 + "/32", "dev", "eth0").route("default", "via", gateway4);
        host.route(gateway6 + "/128", "dev", "eth0").route("default", "via", gateway6);
    }

    private static <T extends AutoCloseable> T keep(T made) {
        open.add(made);
        return made;
    }

    private static void serve(Way way) {
        for (Rig node : List.of(balancer, other)) {
            Site.build(node, node.mode("dispatch-dsr", way.carrier()));
            for (int protocol : new int[] {Rig.TCP, Rig.UDP}) {
                int id = Site.id(way.v6(), protocol, Site.LOCAL);
                node.backend(id, Site.local(way.v6()), PORT, protocol, Site.ACTIVE, node == other ? Rig.LOCAL : 0,
                        way.v6() ? OTHER6 : OTHER4);
                node.backendId(id, Site.local(way.v6()), PORT, protocol);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void megabytesGoThereAndBackAndTheBackendSeesTheClient(Way way) throws Exception {
        serve(way);
        byte[] data = new byte[BYTES];
        new Random(20261123).nextBytes(data);
        AtomicReference<String> seen = new AtomicReference<>("");
        try (ServerSocket server = pod.call(() -> new ServerSocket(PORT, 5, InetAddress.getByName(Site.local(way.v6()))))) {
            Thread.ofPlatform().daemon().start(() -> echoOnce(server, seen));

            byte[] answer = client.call(() -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(Site.vip(way.v6()), Site.LOCAL), LONG_MILLIS);
                    socket.setSoTimeout(LONG_MILLIS);
                    Thread writer = Thread.ofPlatform().daemon().start(() -> write(socket, data));
                    byte[] read = socket.getInputStream().readNBytes(data.length);
                    writer.join();
                    return read;
                }
            });

            assertThat(Arrays.equals(answer, data)).as("the same %d bytes; %d came back", data.length, answer.length).isTrue();
            assertThat(InetAddress.getByName(seen.get())).isEqualTo(InetAddress.getByName(Site.client(way.v6())));
        }
        assertThat(balancer.counted(Reason.DISPATCHED)).isPositive();
        assertThat(other.counted(Reason.TERMINATED)).isPositive();
        assertThat(other.counted(Reason.REPLY)).isPositive();
        assertThat(balancer.counted(Reason.REPLY)).as("replies by way of the balancing node's programs").isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void datagramsAreAnswered(Way way) throws Exception {
        serve(way);
        try (DatagramSocket server = pod.call(() -> new DatagramSocket(PORT, InetAddress.getByName(Site.local(way.v6()))))) {
            Thread.ofPlatform().daemon().start(() -> echo(server));
            for (int size : new int[] {1, 1000}) {
                assertThat(asked(way, size)).as("%d bytes", size).isEqualTo(size);
            }
        }
    }

    private static int asked(Way way, int size) {
        return client.call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(LONG_MILLIS);
                socket.connect(new InetSocketAddress(Site.vip(way.v6()), Site.LOCAL));
                socket.send(new DatagramPacket(new byte[size], size));
                DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
                socket.receive(packet);
                return packet.getLength();
            }
        });
    }

    private static void echoOnce(ServerSocket server, AtomicReference<String> seen) {
        try (Socket socket = server.accept()) {
            seen.set(socket.getInetAddress().getHostAddress());
            socket.setSoTimeout(LONG_MILLIS);
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException ignored) {
            // The client says what is wrong.
        }
    }

    private static void echo(DatagramSocket server) {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            for (int i = 0; i < 2; i++) {
                packet.setLength(65536);
                server.receive(packet);
                server.send(packet);
            }
        } catch (IOException ignored) {
            // The client says what is wrong.
        }
    }

    private static void write(Socket socket, byte[] data) {
        try {
            socket.getOutputStream().write(data);
            socket.shutdownOutput();
        } catch (IOException ignored) {
            // The reader says what is missing.
        }
    }
}
