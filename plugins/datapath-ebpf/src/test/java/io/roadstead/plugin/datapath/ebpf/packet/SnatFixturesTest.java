package io.roadstead.plugin.datapath.ebpf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.plugin.datapath.ebpf.bpf.TestRun;
import io.roadstead.testkit.lab.Eventually;
import io.roadstead.testkit.lab.Labs;

/** Flows through the node's own address, there and back, and all that may come between. */
class SnatFixturesTest {

    /** A port in the range for translations, which the node keeps when it can. */
    private static final int PORT = 20000;
    private static final int BACKEND_PORT = 8000 + Site.OPEN;

    private static Rig rig;
    private static int snat;

    @BeforeAll
    static void load() {
        Labs.require();
        rig = new Rig();
        snat = rig.mode("dispatch-snat", "snat");
    }

    @AfterAll
    static void unload() {
        if (rig != null) {
            rig.close();
        }
    }

    @BeforeEach
    void build() {
        Site.build(rig, snat);
    }

    record Way(Hook hook, boolean v6, int protocol) {
        Packet packet(int clientPort, int port) {
            return packet(clientPort, port, Packet.ACK);
        }

        Packet packet(int clientPort, int port, int flags) {
            return protocol == Rig.TCP ? Packet.tcp(client(), clientPort, vip(), port, flags)
                    : Packet.udp(client(), clientPort, vip(), port);
        }

        Packet reply(int port, int nodePort) {
            return reply(port, nodePort, Packet.ACK);
        }

        Packet reply(int port, int nodePort, int flags) {
            Packet packet = protocol == Rig.TCP ? Packet.tcp(backend(), port, node(), nodePort, flags)
                    : Packet.udp(backend(), port, node(), nodePort);
            return packet.ttl(62);
        }

        String client() {
            return Site.client(v6);
        }

        String vip() {
            return Site.vip(v6);
        }

        String node() {
            return Site.node(v6);
        }

        String backend() {
            return Site.backend(v6);
        }

        int id(int port) {
            return Site.id(v6, protocol, port);
        }

        int unreachable() {
            return v6 ? 1 : 3;
        }

        int tooBig() {
            return v6 ? 2 : 3;
        }

        int tooBigCode() {
            return v6 ? 0 : 4;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(Hook.values()).flatMap(hook -> Stream.of(false, true)
                .flatMap(v6 -> Stream.of(Rig.TCP, Rig.UDP).map(protocol -> new Way(hook, v6, protocol))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aPacketGoesToTheBackendAsTheNodesAndTheReplyToTheClientAsTheFrontends(Way way) {
        Packet there = way.packet(PORT, Site.OPEN, Packet.SYN);
        expectForward(way, there, toBackend(way, there, BACKEND_PORT, PORT));

        Packet reply = way.reply(BACKEND_PORT, PORT, Packet.SYN | Packet.ACK);
        expectBack(way, reply, reply.from(way.vip(), Site.OPEN).to(way.client(), PORT).ttl(61).macs(Rig.UP_MAC, Rig.CLIENTS_MAC));

        assertThat(rig.counted(Reason.DISPATCHED)).isEqualTo(1);
        assertThat(rig.counted(Reason.REPLY)).isEqualTo(1);
        assertThat(rig.serviceCount(way.id(Site.OPEN), 0)).as("packets of the service, both ways").isEqualTo(2);
        assertThat(rig.serviceCount(way.id(Site.OPEN), 2)).as("flows of the service").isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void allPacketsOfAFlowHaveOnePortOfTheNode(Way way) {
        Packet packet = way.packet(PORT, Site.OPEN);

        for (int i = 0; i < 5; i++) {
            expectForward(way, packet, toBackend(way, packet, BACKEND_PORT, PORT));
        }

        assertThat(rig.entries("rs_flow")).isEqualTo(1);
        assertThat(rig.entries("rs_nat")).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void clientsThatHaveTheSamePortGetDifferentOnes(Way way) {
        Packet one = way.packet(PORT, Site.OPEN);
        Packet other = one.from(way.v6() ? "2001:db8::98" : "192.0.2.98", PORT);

        expectForward(way, one, toBackend(way, one, BACKEND_PORT, PORT));
        int port = nodePort(way, rig.in(way.hook(), other.bytes()));
        assertThat(port).isNotEqualTo(PORT);
        expectForward(way, other, toBackend(way, other, BACKEND_PORT, port));

        Packet reply = way.reply(BACKEND_PORT, port);
        expectBack(way, reply,
                reply.from(way.vip(), Site.OPEN).to(way.v6() ? "2001:db8::98" : "192.0.2.98", PORT).ttl(61).macs(Rig.UP_MAC,
                        Rig.CLIENTS_MAC));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aPortOutsideOfTheRangeIsReplacedByOneInside(Way way) {
        Set<Integer> ports = new HashSet<>();

        for (int client = 50000; client < 50064; client++) {
            ports.add(nodePort(way, rig.in(way.hook(), way.packet(client, Site.OPEN).bytes())));
        }

        assertThat(ports).hasSize(64).allSatisfy(port -> assertThat(port).isBetween(1024, 29999));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void withoutAFreePortTheFlowIsRefusedAndNothingRemembered(Way way) {
        rig.ports(4000, 4002);
        for (int client = 50000; client < 50003; client++) {
            rig.in(way.hook(), way.packet(client, Site.OPEN).bytes());
        }

        TestRun run = rig.in(way.hook(), way.packet(50003, Site.OPEN).bytes());

        assertThat(run.returnCode()).isEqualTo(way.hook().drop);
        assertThat(rig.counted(Reason.NO_NAT_PORT)).isEqualTo(1);
        assertThat(rig.entries("rs_flow")).isEqualTo(3);
        assertThat(rig.serviceCount(way.id(Site.OPEN), 3)).as("drops of the service").isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aBackendWithoutAKnownNeighbourIsTheStacksWithXdpAndFoundByTc(Way way) {
        Packet in = way.packet(PORT, Site.NO_NEIGHBOUR);

        TestRun run = rig.in(way.hook(), in.bytes());

        Packet out = way.hook() == Hook.XDP ? in
                : in.from(way.node(), PORT).to(way.v6() ? "fd00:66::1" : "10.66.0.1", 8000 + Site.NO_NEIGHBOUR).ttl(63);
        expect(run, way.hook() == Hook.XDP ? way.hook().pass : way.hook().redirect, out);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aNeighbourThatMovedIsSeenSoon(Way way) {
        Packet packet = way.packet(PORT, Site.OPEN);
        expectForward(way, packet, toBackend(way, packet, BACKEND_PORT, PORT));
        try {
            rig.backendsAre(0x020000000077L);

            Packet moved = toBackend(way, packet, BACKEND_PORT, PORT).macs(Rig.BACK_MAC, 0x020000000077L);
            Eventually.eventually(Duration.ofSeconds(5), () -> expectForward(way, packet, moved));
        } finally {
            rig.backendsAre(Rig.BACKENDS_MAC);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aBackendWithoutARouteIsADrop(Way way) {
        TestRun run = rig.in(way.hook(), way.packet(PORT, Site.NO_ROUTE).bytes());

        assertThat(run.returnCode()).isEqualTo(way.hook().drop);
        assertThat(rig.counted(Reason.NO_ROUTE)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void whatDoesNotFitTheWayToTheBackendIsAnsweredWithItsMtu(Way way) {
        if (way.v6()) {
            return; // an IPv6 route with an MTU is no matter of the program's
        }
        String payload = "x".repeat(1400);
        Packet in = way.packet(PORT, Site.NARROW);
        in = in.transport(way.protocol() == Rig.TCP ? new Packet.Tcp(PORT, Site.NARROW, Packet.ACK, payload)
                : new Packet.Udp(PORT, Site.NARROW, payload, true));

        TestRun run = rig.in(way.hook(), in.bytes());

        int quoted = 20 + (way.protocol() == Rig.TCP ? 20 : 8);
        expect(run, way.hook().back,
                Packet.error(way.vip(), way.client(), 3, 4, 1300, in, quoted).macs(Packet.NODE_MAC, Packet.CLIENT_MAC));
        assertThat(rig.counted(Reason.TOO_BIG)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorOfTheNetworkOrTheBackendReachesTheClientInItsOwnTerms(Way way) {
        Packet there = way.packet(PORT, Site.OPEN);
        rig.in(way.hook(), there.bytes());
        Packet seen = toBackend(way, there, BACKEND_PORT, PORT);
        String router = way.v6() ? "2001:db8:1::77" : "198.51.100.77";

        for (int quoted : new int[] {way.v6() ? 48 : 28, 100}) {
            Packet error = Packet.error(router, way.node(), way.tooBig(), way.tooBigCode(), 1280, seen, quoted);
            expectBack(way, error, Packet.error(router, way.client(), way.tooBig(), way.tooBigCode(), 1280, there.ttl(63), quoted).ttl(63)
                    .macs(Rig.UP_MAC, Rig.CLIENTS_MAC));

            Packet refusal = Packet.error(way.backend(), way.node(), way.unreachable(), way.v6() ? 4 : 3, 0, seen, quoted);
            expectBack(way, refusal,
                    Packet.error(way.vip(), way.client(), way.unreachable(), way.v6() ? 4 : 3, 0, there.ttl(63), quoted).ttl(63)
                            .macs(Rig.UP_MAC, Rig.CLIENTS_MAC));
        }
        assertThat(rig.counted(Reason.ICMP)).isEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorAboutAReplyReachesTheBackendInItsOwnTerms(Way way) {
        rig.in(way.hook(), way.packet(PORT, Site.OPEN).bytes());
        String router = way.v6() ? "2001:db8::77" : "192.0.2.77";
        Packet reply = way.reply(BACKEND_PORT, PORT);

        Packet error =
                Packet.error(router, way.vip(), way.tooBig(), way.tooBigCode(), 1280,
                        reply.from(way.vip(), Site.OPEN).to(way.client(), PORT), 100);
        TestRun run = rig.in(way.hook(), error.bytes());

        expect(run, way.hook().redirect, Packet.error(router, way.backend(), way.tooBig(), way.tooBigCode(), 1280, reply, 100).ttl(63)
                .macs(Rig.BACK_MAC, Rig.BACKENDS_MAC));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorAboutAReplyOfAnotherNodesFlowIsDroppedWithItsReason(Way way) {
        Packet error = Packet.error(way.client(), way.vip(), way.tooBig(), way.tooBigCode(), 1280,
                way.reply(BACKEND_PORT, PORT).from(way.vip(), Site.OPEN).to(way.client(), PORT), 100);

        TestRun run = rig.in(way.hook(), error.bytes());

        assertThat(run.returnCode()).isEqualTo(way.hook().drop);
        assertThat(rig.counted(Reason.UNSUPPORTED)).isEqualTo(1);
        assertThat(rig.entries("rs_flow")).as("flows made by an error").isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void fragmentsGoTheWayOfTheirFirst(Way way) {
        Packet first = way.packet(PORT, Site.OPEN).fragment(77, 0, true);
        Packet later = Packet.of(way.client(), way.vip(), new Packet.Raw(way.protocol(), new Packet.Options(new byte[24]))).fragment(77, 32,
                false);

        expectForward(way, first, toBackend(way, first, BACKEND_PORT, PORT));
        expectForward(way, later, toBackend(way, later, 0, 0));

        Packet reply = way.reply(BACKEND_PORT, PORT).fragment(78, 0, true);
        Packet rest = Packet.of(way.backend(), way.node(), new Packet.Raw(way.protocol(), new Packet.Options(new byte[24]))).fragment(78,
                32, false);
        expectBack(way, reply, reply.from(way.vip(), Site.OPEN).to(way.client(), PORT).ttl(61).macs(Rig.UP_MAC, Rig.CLIENTS_MAC));
        expectBack(way, rest, rest.from(way.vip(), 0).to(way.client(), 0).ttl(63).macs(Rig.UP_MAC, Rig.CLIENTS_MAC));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void headersWithOptionsAreTranslatedToo(Way way) {
        Packet in = way.v6() ? way.packet(PORT, Site.OPEN).options(0, 0, 1, 4, 0, 0, 0, 0)
                : way.packet(PORT, Site.OPEN).options(0x94, 4, 0, 0, 1, 1, 1, 0);

        expectForward(way, in, toBackend(way, in, BACKEND_PORT, PORT));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aDatagramWithoutAChecksumKeepsNone(Way way) {
        if (way.protocol() == Rig.UDP && !way.v6()) {
            Packet in = way.packet(PORT, Site.OPEN).transport(new Packet.Udp(PORT, Site.OPEN, "hello", false));

            expectForward(way, in, toBackend(way, in, BACKEND_PORT, PORT));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aBackendThatIsTheClientSeesTheNode(Way way) {
        rig.configure(snat);
        Packet in = way.packet(PORT, Site.CLIENT_ITSELF);

        expectBack(way, in,
                in.from(way.node(), PORT).to(way.client(), 8000 + Site.CLIENT_ITSELF).ttl(63).macs(Rig.UP_MAC, Rig.CLIENTS_MAC));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aBackendThatItsModeCannotReachSeesTheNodeForAsLongAsTheFlowLasts(Way way) {
        assertThat(rig.in(way.hook(), way.packet(PORT + 1, Site.FAR).bytes()).returnCode()).as("without a mode for it")
                .isEqualTo(way.hook().drop);
        rig.configure(snat);
        Packet in = way.packet(PORT, Site.FAR);
        Packet out = in.from(way.node(), PORT).to(way.backend(), 8000 + Site.FAR).ttl(63).macs(Rig.BACK_MAC, Rig.BACKENDS_MAC);

        expectForward(way, in, out);
        int id = Site.id(way.v6(), way.protocol(), Site.FAR);
        rig.backend(id, way.backend(), 8000 + Site.FAR, way.protocol(), Site.ACTIVE, 0);
        expectForward(way, in, out);
    }

    private static int nodePort(Way way, TestRun run) {
        int l4 = way.v6() ? 54 : 34;
        return (run.packet()[l4] & 0xff) << 8 | run.packet()[l4 + 1] & 0xff;
    }

    private static Packet toBackend(Way way, Packet in, int port, int nodePort) {
        return in.from(way.node(), nodePort).to(way.backend(), port).ttl(63).macs(Rig.BACK_MAC, Rig.BACKENDS_MAC);
    }

    private static void expectForward(Way way, Packet in, Packet out) {
        expect(rig.in(way.hook(), in.bytes()), way.hook().redirect, out);
    }

    private static void expectBack(Way way, Packet in, Packet out) {
        expect(rig.in(way.hook(), in.bytes()), way.hook().back, out);
    }

    private static void expect(TestRun run, int verdict, Packet out) {
        assertThat(run.returnCode()).as("verdict").isEqualTo(verdict);
        assertThat(Packet.hex(run.packet())).isEqualTo(Packet.hex(out.bytes()));
    }
}
