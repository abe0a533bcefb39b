package io.roadstead.plugin.datapath.ebpf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.plugin.datapath.ebpf.bpf.TestRun;
import io.roadstead.testkit.lab.Labs;

/**
 * Direct server return by each carrier, at both ends: what the balancing node puts on the wire for the backend's, and what that one makes of it, replies
 * included.
 */
class DsrFixturesTest {

    private static final int PORT = 40000;
    private static final int BACKEND_PORT = 8000 + Site.OPEN;
    private static final int LOCAL_PORT = 8000 + Site.LOCAL;
    /** Another frontend that has the local backend. */
    private static final int SECOND = 95;
    private static final int OPT_PACKETS = 3;
    private static final int NODE_PORT = 1 << 2;
    private static final int UDP_TO_GENEVE = Rig.UDP << 16 | 6081;

    private static Rig rig;

    @BeforeAll
    static void load() {
        Labs.require();
        rig = new Rig();
        for (Carrier carrier : Carrier.values()) {
            rig.mode("dispatch-dsr", carrier.object, carrier == Carrier.OPT ? Map.of("dsr_packets", (long) OPT_PACKETS) : Map.of());
        }
        rig.terminate(UDP_TO_GENEVE, "dsr_geneve");
        rig.terminate(4 << 16, "dsr_ipip");
        rig.terminate(41 << 16, "dsr_ipip");
        rig.terminate(0xfe << 16, "dsr_opt");
        rig.terminate(60 << 16, "dsr_opt");
    }

    @AfterAll
    static void unload() {
        if (rig != null) {
            rig.close();
        }
    }

    private enum Carrier {
        GENEVE("dsr_geneve", 62, 94), IPIP("dsr_ipip", 20, 40), OPT("dsr_opt", 8, 24);

        private final String object;
        private final int overhead4;
        private final int overhead6;

        Carrier(String object, int overhead4, int overhead6) {
            this.object = object;
            this.overhead4 = overhead4;
            this.overhead6 = overhead6;
        }
    }

    record Way(Carrier carrier, Hook hook, boolean v6, int protocol) {

        /** Builds the site anew, its services by this way's carrier, and gives a packet of the client's. */
        Packet packet(int port, int flags) {
            return protocol == Rig.TCP ? Packet.tcp(client(), PORT, vip(), port, flags) : Packet.udp(client(), PORT, vip(), port);
        }

        Packet packet(int port) {
            return packet(port, Packet.ACK);
        }

        Packet long_(int port) {
            String payload = "x".repeat(1500 - (v6 ? 40 : 20) - (protocol == Rig.TCP ? 20 : 8));
            return packet(port).transport(protocol == Rig.TCP ? new Packet.Tcp(PORT, port, Packet.ACK, payload)
                    : new Packet.Udp(PORT, port, payload, true));
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

        String local() {
            return Site.local(v6);
        }

        /** The other node: the backend's on the way there, the balancing one on the way back. */
        String other() {
            return v6 ? "fd00:9::1" : "10.9.0.1";
        }

        int id(int port) {
            return Site.id(v6, protocol, port);
        }

        int overhead() {
            return v6 ? carrier.overhead6 : carrier.overhead4;
        }

        void build() {
            int mode = rig.mode("dispatch-dsr", carrier.object);
            Site.build(rig, mode);
            rig.backend(id(Site.OPEN), backend(), BACKEND_PORT, protocol, Site.ACTIVE, 0, other());
            rig.backend(id(Site.LOCAL), local(), LOCAL_PORT, protocol, Site.ACTIVE, Rig.LOCAL, node());
            rig.service(id(SECOND), vip(), SECOND, protocol, Rig.ROUTABLE, mode, 0, id(Site.LOCAL));
            for (int port : new int[] {Site.OPEN, Site.LOCAL}) {
                rig.backendId(id(port), port == Site.LOCAL ? local() : backend(), 8000 + port, protocol);
            }
        }

        /** How the packet leaves the balancing node towards a backend, told or not. */
        byte[] dispatched(Packet in, String backend, int backendPort, int port) {
            Packet translated = in.to(backend, backendPort).ttl(63);
            byte[] frame = switch (carrier) {
                case GENEVE -> Wrapped.geneve(translated, Wrapped.hash(in), node(), other(), Wrapped.option(vip(), port));
                case IPIP -> Wrapped.ipip(in.ttl(63), Wrapped.hash(in), node(), backend);
                case OPT -> Wrapped.opt(translated, vip(), port).bytes();
            };
            return Wrapped.macs(frame, Rig.BACK_MAC, Rig.BACKENDS_MAC);
        }

        /** How a packet for the local backend reaches this node from the other one. */
        byte[] arriving(Packet toFrontend, int port) {
            Packet translated = toFrontend.to(local(), LOCAL_PORT);
            return switch (carrier) {
                case GENEVE -> Wrapped.geneve(translated.macs(1, 2), 7, other(), node(), Wrapped.option(vip(), port));
                case IPIP -> Wrapped.ipip(toFrontend, 7, other(), local());
                case OPT -> Wrapped.opt(translated, vip(), port).bytes();
            };
        }
    }

    static Stream<Way> ways() {
        return Stream.of(Carrier.values()).flatMap(carrier -> Stream.of(Hook.values()).flatMap(hook -> Stream.of(false, true)
                .flatMap(v6 -> Stream.of(Rig.TCP, Rig.UDP).map(protocol -> new Way(carrier, hook, v6, protocol)))));
    }

    static Stream<Way> geneve() {
        return ways().filter(way -> way.carrier() == Carrier.GENEVE);
    }

    static Stream<Way> opt() {
        return ways().filter(way -> way.carrier() == Carrier.OPT && way.protocol() == Rig.TCP);
    }

    static Stream<Way> ipip() {
        return ways().filter(way -> way.carrier() == Carrier.IPIP);
    }

    static Stream<Way> wrapping() {
        return ways().filter(way -> way.carrier() != Carrier.OPT);
    }

    // ---- on the balancing node

    @ParameterizedTest
    @MethodSource("ways")
    void thePacketGoesToTheBackendWithWhatItsNodeHasToKnow(Way way) {
        way.build();
        Packet in = way.packet(Site.OPEN, Packet.SYN);

        TestRun out = rig.in(way.hook(), in.bytes());

        expect(out, way.hook().redirect, way.dispatched(in, way.backend(), BACKEND_PORT, Site.OPEN));
        assertThat(rig.counted(Reason.DISPATCHED)).isEqualTo(1);
        assertThat(rig.entries("rs_nat")).as("nothing to undo here").isZero();
    }

    @ParameterizedTest
    @MethodSource("wrapping")
    void everyPacketOfAFlowIsWrappedAndTells(Way way) {
        way.build();
        Packet in = way.packet(Site.OPEN);

        for (int i = 0; i < 20; i++) {
            expect(rig.in(way.hook(), in.bytes()), way.hook().redirect, way.dispatched(in, way.backend(), BACKEND_PORT, Site.OPEN));
        }
    }

    @ParameterizedTest
    @MethodSource("opt")
    void theOptionIsOnTheFirstPacketsOfAFlowHereAndOnEverySyn(Way way) {
        way.build();
        Packet in = way.packet(Site.OPEN);
        byte[] telling = way.dispatched(in, way.backend(), BACKEND_PORT, Site.OPEN);
        byte[] silent = in.to(way.backend(), BACKEND_PORT).ttl(63).macs(Rig.BACK_MAC, Rig.BACKENDS_MAC).bytes();

        for (int i = 0; i < 10; i++) {
            expect(rig.in(way.hook(), in.bytes()), way.hook().redirect, i < OPT_PACKETS ? telling : silent);
        }
        Packet syn = way.packet(Site.OPEN, Packet.SYN);
        expect(rig.in(way.hook(), syn.bytes()), way.hook().redirect, way.dispatched(syn, way.backend(), BACKEND_PORT, Site.OPEN));
        for (int i = 11; i < 1024; i++) {
            rig.in(way.hook(), in.bytes());
        }
        expect(rig.in(way.hook(), in.bytes()), way.hook().redirect, telling);
    }

    @ParameterizedTest
    @MethodSource("opt")
    void aFullSegmentGoesWithoutTheOptionRatherThanShrinkTheClientsForGood(Way way) {
        way.build();
        Packet in = way.long_(Site.OPEN);

        TestRun out = rig.in(way.hook(), in.bytes());

        expect(out, way.hook().redirect, in.to(way.backend(), BACKEND_PORT).ttl(63).macs(Rig.BACK_MAC, Rig.BACKENDS_MAC).bytes());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aPacketThatIsTooBigIsAnsweredWithWhatFits(Way way) {
        if (way.carrier() == Carrier.OPT && way.protocol() == Rig.TCP) {
            return; // goes without the option, as another test shows
        }
        way.build();
        Packet in = way.long_(Site.OPEN);

        TestRun out = rig.in(way.hook(), in.bytes());

        int quoted = (way.v6() ? 40 : 20) + (way.protocol() == Rig.TCP ? 20 : 8);
        Packet error = Packet.error(way.vip(), way.client(), way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1500 - way.overhead(), in, quoted);
        expect(out, way.hook().back, error.macs(Packet.NODE_MAC, Packet.CLIENT_MAC).bytes());
        assertThat(rig.counted(Reason.TOO_BIG)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void answersAreLimitedInTheirRate(Way way) {
        if (way.carrier() == Carrier.OPT && way.protocol() == Rig.TCP) {
            return; // is never too big
        }
        way.build();
        rig.configure(0, 7, 1);
        Packet in = way.long_(Site.OPEN);
        long cpus = Runtime.getRuntime().availableProcessors();

        for (int i = 0; i < 3 * cpus + 3; i++) {
            rig.in(way.hook(), in.bytes());
        }

        assertThat(rig.counted(Reason.RATE_LIMITED)).isPositive();
    }

    @ParameterizedTest
    @MethodSource("geneve")
    void aBackendWhoseNodeIsUnknownCannotBeReached(Way way) {
        way.build();
        rig.backend(way.id(Site.OPEN), way.backend(), BACKEND_PORT, way.protocol(), Site.ACTIVE, 0, "");

        TestRun out = rig.in(way.hook(), way.packet(Site.OPEN).bytes());

        assertThat(out.returnCode()).isEqualTo(way.hook().drop);
        assertThat(rig.counted(Reason.NO_NODE)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("geneve")
    void fragmentsAreWrappedLikeWholePackets(Way way) {
        if (way.protocol() == Rig.TCP) {
            return; // is never fragmented by its sender
        }
        way.build();
        Packet first = way.packet(Site.OPEN).fragment(9, 0, true);
        byte[] rest = new byte[] {1, 2, 3, 4, 5, 6, 7, 8};
        Packet later = Packet.of(way.client(), way.vip(), new Packet.Raw(17, new Packet.Options(rest))).fragment(9, 16, false);
        int hash = Wrapped.hash(way.packet(Site.OPEN));

        TestRun one = rig.in(way.hook(), first.bytes());
        TestRun two = rig.in(way.hook(), later.bytes());

        byte[] option = Wrapped.option(way.vip(), Site.OPEN);
        expect(one, way.hook().redirect, Wrapped.macs(
                Wrapped.geneve(first.to(way.backend(), BACKEND_PORT).ttl(63), hash, way.node(), way.other(), option), Rig.BACK_MAC,
                Rig.BACKENDS_MAC));
        expect(two, way.hook().redirect, Wrapped.macs(
                Wrapped.geneve(later.to(way.backend(), 0).ttl(63), hash, way.node(), way.other(), option), Rig.BACK_MAC, Rig.BACKENDS_MAC));
    }

    @ParameterizedTest
    @MethodSource("geneve")
    void anErrorOfTheNetworkAboutAReplyReachesTheBackendInItsOwnTerms(Way way) {
        way.build();
        Packet there = way.packet(Site.OPEN);
        rig.in(way.hook(), there.bytes());
        Packet reply = reply(way, way.vip(), Site.OPEN, way.client());
        String router = way.v6() ? "2001:db8::77" : "192.0.2.77";
        Packet error = Packet.error(router, way.vip(), way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1300, reply, 100);

        TestRun out = rig.in(way.hook(), error.bytes());

        Packet inner = Packet.error(router, way.backend(), way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1300,
                reply(way, way.backend(), BACKEND_PORT, way.client()), 100).ttl(63);
        expect(out, way.hook().redirect, Wrapped.macs(
                Wrapped.geneve(inner, Wrapped.hash(there), way.node(), way.other(), Wrapped.option(way.vip(), Site.OPEN)), Rig.BACK_MAC,
                Rig.BACKENDS_MAC));
    }

    @ParameterizedTest
    @MethodSource("wrapping")
    void aRouterThatCannotPassOnTheWrappedPacketMakesTheClientSendSmallerOnes(Way way) {
        way.build();
        Packet in = way.packet(Site.OPEN);
        byte[] wrapped = rig.in(way.hook(), in.bytes()).packet();
        String router = way.v6() ? "fd00:9::77" : "10.9.0.77";
        byte[] quoted = Arrays.copyOfRange(wrapped, 14, Math.min(wrapped.length, 14 + 200));
        Packet error = Packet.of(router, way.node(),
                new Packet.Icmp(way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1400, new Packet.Options(quoted)));

        TestRun out = rig.in(way.hook(), error.bytes());

        // Redirected by XDP to the device that it came in by, it goes straight back.
        Packet answer = Packet.error(way.vip(), way.client(), way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1400 - way.overhead(), in.ttl(63),
                (way.v6() ? 40 : 20) + 8);
        expect(out, way.hook().back, answer.macs(Rig.UP_MAC, Rig.CLIENTS_MAC).bytes());
        assertThat(rig.counted(Reason.ICMP)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("wrapping")
    void aRouterThatQuotesTooLittleCannotBeTranslated(Way way) {
        way.build();
        byte[] wrapped = rig.in(way.hook(), way.packet(Site.OPEN).bytes()).packet();
        byte[] quoted = Arrays.copyOfRange(wrapped, 14, 14 + (way.v6() ? 40 : 20) + 8);
        Packet error = Packet.of(way.v6() ? "fd00:9::77" : "10.9.0.77", way.node(),
                new Packet.Icmp(way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1400, new Packet.Options(quoted)));

        TestRun out = rig.in(way.hook(), error.bytes());

        assertThat(rig.counted(Reason.ICMP)).isZero();
        assertThat(out.returnCode()).isIn(way.hook().drop, way.hook().pass);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anExplanationLeavesNoTrace(Way way) {
        if (way.hook() == Hook.XDP) {
            return; // only tc's packets have a mark
        }
        way.build();

        rig.in(way.hook(), way.packet(Site.OPEN).bytes(), Rig.EXPLAIN_MARK);

        assertThat(rig.explained()).containsExactly(Reason.DISPATCHED, way.id(Site.OPEN), way.id(Site.OPEN));
        assertThat(rig.entries("rs_flow")).isZero();
        assertThat(rig.counted(Reason.DISPATCHED)).isZero();
    }

    // ---- on the backend's node

    @ParameterizedTest
    @MethodSource("ways")
    void theBackendGetsThePacketAsTheClientSentItAndAnswersAsTheFrontend(Way way) {
        way.build();
        Packet toFrontend = way.packet(Site.LOCAL, Packet.SYN);

        TestRun out = rig.in(way.hook(), way.arriving(toFrontend, Site.LOCAL));

        expect(out, way.hook().pass, toFrontend.to(way.local(), LOCAL_PORT).bytes());
        assertThat(rig.counted(Reason.TERMINATED)).isEqualTo(1);
        Packet reply = reply(way, way.local(), LOCAL_PORT, way.client());
        assertThat(Packet.hex(rig.out(reply.bytes()).packet())).isEqualTo(Packet.hex(reply.from(way.vip(), Site.LOCAL).bytes()));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void oneEntryServesAllPacketsOfAFlow(Way way) {
        way.build();

        for (int i = 0; i < 5; i++) {
            rig.in(way.hook(), way.arriving(way.packet(Site.LOCAL), Site.LOCAL));
        }

        assertThat(rig.counted(Reason.TERMINATED)).isEqualTo(5);
        assertThat(rig.entries("rs_nat")).isEqualTo(1);
        assertThat(rig.entries("rs_flow")).as("the balancing node's business").isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void twoFrontendsOfOneBackendCannotShareAClientsPortWhileBothLive(Way way) {
        way.build();
        rig.in(way.hook(), way.arriving(way.packet(Site.LOCAL), Site.LOCAL));

        TestRun second = rig.in(way.hook(), way.arriving(way.packet(SECOND, Packet.SYN), SECOND));

        assertThat(second.returnCode()).isEqualTo(way.hook().drop);
        assertThat(rig.counted(Reason.COLLISION)).isEqualTo(1);
        Packet reply = reply(way, way.local(), LOCAL_PORT, way.client());
        assertThat(Packet.hex(rig.out(reply.bytes()).packet())).as("the first frontend's flow goes on")
                .isEqualTo(Packet.hex(reply.from(way.vip(), Site.LOCAL).bytes()));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aFlowThatEndedGivesWayToAnotherFrontends(Way way) {
        if (way.protocol() == Rig.UDP) {
            return; // has no end
        }
        way.build();
        rig.in(way.hook(), way.arriving(way.packet(Site.LOCAL), Site.LOCAL));
        rig.in(way.hook(), way.arriving(way.packet(Site.LOCAL, Packet.RST), Site.LOCAL));

        TestRun second = rig.in(way.hook(), way.arriving(way.packet(SECOND, Packet.SYN), SECOND));

        assertThat(second.returnCode()).isEqualTo(way.hook().pass);
        Packet reply = reply(way, way.local(), LOCAL_PORT, way.client());
        assertThat(Packet.hex(rig.out(reply.bytes()).packet())).isEqualTo(Packet.hex(reply.from(way.vip(), SECOND).bytes()));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void onlyBackendsOfThisNodeAreDeliveredTo(Way way) {
        way.build();
        rig.backend(way.id(Site.LOCAL), way.local(), LOCAL_PORT, way.protocol(), Site.ACTIVE, 0, way.other());

        TestRun out = rig.in(way.hook(), way.arriving(way.packet(Site.LOCAL), Site.LOCAL));

        assertThat(out.returnCode()).isEqualTo(way.hook().drop);
        assertThat(rig.counted(Reason.BACKEND_GONE)).isEqualTo(1);
        assertThat(rig.entries("rs_nat")).isZero();
    }

    @ParameterizedTest
    @MethodSource("geneve")
    void aKnownFlowFinishesAfterItsBackendIsGone(Way way) {
        way.build();
        rig.in(way.hook(), way.arriving(way.packet(Site.LOCAL), Site.LOCAL));
        rig.backend(way.id(Site.LOCAL), way.local(), LOCAL_PORT, way.protocol(), 0, 0, "");

        TestRun out = rig.in(way.hook(), way.arriving(way.packet(Site.LOCAL), Site.LOCAL));

        expect(out, way.hook().pass, way.packet(Site.LOCAL).to(way.local(), LOCAL_PORT).bytes());
    }

    @ParameterizedTest
    @MethodSource("geneve")
    void othersGenevePacketsAreLeftToTheStack(Way way) {
        way.build();
        Packet inner = way.packet(Site.LOCAL).to(way.local(), LOCAL_PORT);
        byte[] foreign = Wrapped.option(0x0102, 0x01, way.vip(), Site.LOCAL);

        for (byte[][] options : new byte[][][] {{}, {foreign}, {foreign, foreign}}) {
            byte[] frame = Wrapped.geneve(inner, 7, way.other(), way.node(), options);
            expect(rig.in(way.hook(), frame), way.hook().pass, frame);
        }
        assertThat(rig.counted(Reason.TERMINATED)).isZero();
    }

    @ParameterizedTest
    @MethodSource("geneve")
    void ourOptionIsFoundBehindOthers(Way way) {
        way.build();
        Packet inner = way.packet(Site.LOCAL).to(way.local(), LOCAL_PORT);
        byte[] frame = Wrapped.geneve(inner, 7, way.other(), way.node(), Wrapped.option(0x0102, 0x01, way.vip(), 1),
                Wrapped.option(way.vip(), Site.LOCAL));

        expect(rig.in(way.hook(), frame), way.hook().pass, inner.bytes());
    }

    @ParameterizedTest
    @MethodSource("geneve")
    void framesThatEndTooSoonOrContradictThemselvesNeverReachTheBackend(Way way) {
        way.build();
        byte[] frame = way.arriving(way.packet(Site.LOCAL), Site.LOCAL);

        for (int length = frame.length - 1; length >= 60; length--) {
            TestRun out = rig.in(way.hook(), Arrays.copyOf(frame, length));
            assertThat(out.returnCode()).isIn(way.hook().drop, way.hook().pass);
        }
        // The inner packet's family is not the outer one's.
        byte[] mixed = frame.clone();
        int inner = 14 + (way.v6() ? 80 : 48);
        mixed[inner + 12] = (byte) (way.v6() ? 0x08 : 0x86);
        mixed[inner + 13] = (byte) (way.v6() ? 0x00 : 0xdd);
        assertThat(rig.in(way.hook(), mixed).returnCode()).isEqualTo(way.hook().drop);

        assertThat(rig.counted(Reason.TERMINATED)).isZero();
        assertThat(rig.entries("rs_nat")).isZero();
    }

    @ParameterizedTest
    @MethodSource("geneve")
    void aClientsErrorReachesOnlyBackendsOfKnownFlows(Way way) {
        way.build();
        String router = way.v6() ? "2001:db8::77" : "192.0.2.77";
        Packet inner = Packet.error(router, way.local(), way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1300,
                reply(way, way.local(), LOCAL_PORT, way.client()), 100);
        byte[] frame = Wrapped.geneve(inner, 7, way.other(), way.node(), Wrapped.option(way.vip(), Site.LOCAL));

        assertThat(rig.in(way.hook(), frame).returnCode()).isEqualTo(way.hook().drop);
        rig.in(way.hook(), way.arriving(way.packet(Site.LOCAL), Site.LOCAL));
        expect(rig.in(way.hook(), frame), way.hook().pass, inner.bytes());
    }

    @ParameterizedTest
    @MethodSource("ipip")
    void theOuterDestinationSaysWhichBackendWhateverTheTableHere(Way way) {
        way.build();
        // The table gives the other node's backend, of the same target port.
        rig.backend(way.id(Site.OPEN), way.backend(), LOCAL_PORT, way.protocol(), Site.ACTIVE, 0, way.other());
        rig.service(way.id(Site.LOCAL), way.vip(), Site.LOCAL, way.protocol(), Rig.ROUTABLE, 1, 0, way.id(Site.OPEN));
        Packet toFrontend = way.packet(Site.LOCAL);

        TestRun out = rig.in(way.hook(), way.arriving(toFrontend, Site.LOCAL));

        expect(out, way.hook().pass, toFrontend.to(way.local(), LOCAL_PORT).bytes());
    }

    @ParameterizedTest
    @MethodSource("ipip")
    void aNodePortOfAnotherNodeIsKnownByThisNodes(Way way) {
        way.build();
        int nodePort = 30080;
        rig.service(4000, way.node(), nodePort, way.protocol(), Rig.ROUTABLE | NODE_PORT, 1, 0, way.id(Site.LOCAL));
        Packet toNodePort = way.packet(nodePort).to(way.other(), nodePort);

        TestRun out = rig.in(way.hook(), Wrapped.ipip(toNodePort, 7, way.other(), way.local()));

        expect(out, way.hook().pass, toNodePort.to(way.local(), LOCAL_PORT).bytes());
        Packet reply = reply(way, way.local(), LOCAL_PORT, way.client());
        assertThat(Packet.hex(rig.out(reply.bytes()).packet())).isEqualTo(Packet.hex(reply.from(way.other(), nodePort).bytes()));
    }

    @ParameterizedTest
    @MethodSource("ipip")
    void fragmentsAreUnwrappedAndTranslatedOnceTheFirstWasSeen(Way way) {
        if (way.protocol() == Rig.TCP) {
            return; // is never fragmented by its sender
        }
        way.build();
        Packet first = way.packet(Site.LOCAL).fragment(9, 0, true);
        Packet later = Packet.of(way.client(), way.vip(), new Packet.Raw(17, new Packet.Options(new byte[] {1, 2, 3, 4, 5, 6, 7, 8})))
                .fragment(9, 16, false);

        assertThat(rig.in(way.hook(), Wrapped.ipip(later, 7, way.other(), way.local())).returnCode()).isEqualTo(way.hook().drop);
        expect(rig.in(way.hook(), Wrapped.ipip(first, 7, way.other(), way.local())), way.hook().pass,
                first.to(way.local(), LOCAL_PORT).bytes());
        expect(rig.in(way.hook(), Wrapped.ipip(later, 7, way.other(), way.local())), way.hook().pass, later.to(way.local(), 0).bytes());
        assertThat(rig.counted(Reason.FRAGMENT)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ipip")
    void othersTunnelsAreLeftToTheStack(Way way) {
        way.build();
        Packet elsewhere = way.packet(Site.LOCAL).to(way.backend(), 7777);
        byte[] frame = Wrapped.ipip(elsewhere, 7, way.other(), way.local());

        expect(rig.in(way.hook(), frame), way.hook().pass, frame);
        assertThat(rig.counted(Reason.TERMINATED)).isZero();
    }

    @ParameterizedTest
    @MethodSource("ipip")
    void aClientsErrorIsUnwrappedAndTranslated(Way way) {
        way.build();
        String router = way.v6() ? "2001:db8::77" : "192.0.2.77";
        Packet inner = Packet.error(router, way.vip(), way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1300,
                reply(way, way.vip(), Site.LOCAL, way.client()), 100);

        TestRun out = rig.in(way.hook(), Wrapped.ipip(inner, 7, way.other(), way.local()));

        expect(out, way.hook().pass, Packet.error(router, way.local(), way.v6() ? 2 : 3, way.v6() ? 0 : 4, 1300,
                reply(way, way.local(), LOCAL_PORT, way.client()), 100).bytes());
    }

    @ParameterizedTest
    @MethodSource("opt")
    void othersOptionsAreLeftToTheStack(Way way) {
        way.build();
        Packet in = way.packet(Site.LOCAL).to(way.local(), LOCAL_PORT);
        Packet foreign = way.v6() ? in.options(0, 0, 1, 4, 0, 0, 0, 0) : in.options(0x94, 4, 0, 0);

        expect(rig.in(way.hook(), foreign.bytes()), way.hook().pass, foreign.bytes());
        assertThat(rig.counted(Reason.TERMINATED)).isZero();
    }

    private static Packet reply(Way way, String from, int port, String to) {
        return way.protocol() == Rig.TCP ? Packet.tcp(from, port, to, PORT, Packet.ACK) : Packet.udp(from, port, to, PORT);
    }

    private static void expect(TestRun run, int verdict, byte[] frame) {
        assertThat(run.returnCode()).as("verdict").isEqualTo(verdict);
        assertThat(Packet.hex(run.packet())).isEqualTo(Packet.hex(frame));
    }
}
