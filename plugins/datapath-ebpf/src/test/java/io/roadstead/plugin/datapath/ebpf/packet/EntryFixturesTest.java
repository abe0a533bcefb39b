package io.roadstead.plugin.datapath.ebpf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.plugin.datapath.ebpf.bpf.TestRun;
import io.roadstead.testkit.lab.Labs;

/** What the entry programs do by themselves, whatever dispatch mode a service has: one packet, what comes of it, and why. */
class EntryFixturesTest {

    private static Rig rig;

    @BeforeAll
    static void load() {
        Labs.require();
        rig = new Rig();
    }

    @AfterAll
    static void unload() {
        if (rig != null) {
            rig.close();
        }
    }

    @BeforeEach
    void build() {
        Site.build(rig, rig.mode("dispatch-snat", "snat"));
    }

    private enum Verdict {
        PASS, DROP, BACK
    }

    /** One row of the table. */
    record Case(String description, boolean v6, Packet in, Verdict verdict, int reason, UnaryOperator<Packet> out) {
        @Override
        public String toString() {
            return description + (v6 ? " (IPv6)" : " (IPv4)");
        }
    }

    record Run(Case fixture, Hook hook) {
        @Override
        public String toString() {
            return hook + ": " + fixture;
        }
    }

    static Stream<Run> runs() {
        return cases().stream().flatMap(fixture -> Stream.of(Hook.values()).map(hook -> new Run(fixture, hook)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void thePacketEndsAsItShould(Run run) {
        Case fixture = run.fixture();
        byte[] in = fixture.in().bytes();

        TestRun out = rig.in(run.hook(), in);

        int verdict = switch (fixture.verdict()) {
            case PASS -> run.hook().pass;
            case DROP -> run.hook().drop;
            case BACK -> run.hook().back;
        };
        assertThat(rig.counted(fixture.reason())).as("counted for the reason %d", fixture.reason()).isEqualTo(1);
        assertThat(out.returnCode()).as("verdict").isEqualTo(verdict);
        if (fixture.verdict() != Verdict.DROP) {
            assertThat(Packet.hex(out.packet())).isEqualTo(Packet.hex(fixture.out().apply(fixture.in()).bytes()));
        }
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (boolean v6 : new boolean[] {false, true}) {
            String client = Site.client(v6);
            String vip = Site.vip(v6);
            UnaryOperator<Packet> same = packet -> packet;
            UnaryOperator<Packet> local = packet -> packet.to(Site.local(v6), 8000 + Site.LOCAL);
            cases.add(new Case("TCP to a backend on this node", v6, Packet.tcp(client, 40000, vip, Site.LOCAL, Packet.SYN), Verdict.PASS,
                    Reason.LOCAL, local));
            cases.add(new Case("UDP to a backend on this node", v6, Packet.udp(client, 40000, vip, Site.LOCAL), Verdict.PASS, Reason.LOCAL,
                    local));
            cases.add(
                    new Case("the last hop to a backend on this node", v6, Packet.udp(client, 40000, vip, Site.LOCAL).ttl(1), Verdict.PASS,
                            Reason.LOCAL, local));
            cases.add(new Case("to a host that is not ours", v6, Packet.tcp(client, 40000, Site.backend(v6), 80, Packet.SYN), Verdict.PASS,
                    Reason.TO_STACK, same));
            cases.add(new Case("to the node itself", v6, Packet.tcp(client, 40000, Site.node(v6), 22, Packet.SYN), Verdict.PASS,
                    Reason.TO_STACK, same));
            cases.add(new Case("to a port for translations that none has", v6, Packet.udp(client, 53, Site.node(v6), 20000), Verdict.PASS,
                    Reason.TO_STACK, same));
            cases.add(
                    new Case("another protocol to a VIP", v6, Packet.of(client, vip, new Packet.Raw(132, new Packet.Options(new byte[16]))),
                            Verdict.PASS, Reason.TO_STACK, same));
            cases.add(new Case("a port of a VIP that nobody has", v6, Packet.tcp(client, 40000, vip, 9999, Packet.SYN), Verdict.DROP,
                    Reason.UNKNOWN_PORT, same));
            cases.add(new Case("a datagram to a port that nobody has", v6, Packet.udp(client, 40000, vip, 9999), Verdict.DROP,
                    Reason.UNKNOWN_PORT, same));
            cases.add(new Case("a service without backends that drops", v6, Packet.tcp(client, 40000, vip, Site.SILENT, Packet.SYN),
                    Verdict.DROP,
                    Reason.NO_BACKEND, same));
            for (Packet in : List.of(Packet.tcp(client, 40000, vip, Site.REJECTING, Packet.SYN),
                    Packet.udp(client, 40000, vip, Site.REJECTING))) {
                int quoted = (v6 ? 40 : 20) + (in.transport() instanceof Packet.Tcp ? 20 : 8);
                cases.add(new Case("a service without backends that rejects " + in.transport().getClass().getSimpleName(), v6, in,
                        Verdict.BACK,
                        Reason.REJECTED,
                        packet -> Packet.error(vip, client, v6 ? 1 : 3, v6 ? 4 : 3, 0, packet, quoted).macs(Packet.NODE_MAC,
                                Packet.CLIENT_MAC)));
            }
            cases.add(new Case("a source that is not let in", v6, Packet.tcp(client, 40000, vip, Site.RANGED, Packet.SYN), Verdict.DROP,
                    Reason.SOURCE_RANGE, same));
            cases.add(new Case("a source that is kept out", v6, Packet.tcp(client, 40000, vip, Site.DENYING, Packet.SYN), Verdict.DROP,
                    Reason.SOURCE_RANGE, same));
            cases.add(new Case("a frontend for inside", v6, Packet.tcp(client, 40000, vip, Site.INSIDE, Packet.SYN), Verdict.DROP,
                    Reason.NOT_ROUTABLE,
                    same));
            cases.add(new Case("a dispatch mode that is not loaded", v6, Packet.tcp(client, 40000, vip, Site.NO_MODE, Packet.SYN),
                    Verdict.DROP,
                    Reason.NO_DISPATCH, same));
            cases.add(new Case("a table that leads nowhere", v6, Packet.tcp(client, 40000, vip, Site.GONE, Packet.SYN), Verdict.DROP,
                    Reason.BACKEND_GONE, same));
            cases.add(new Case("a hop too many", v6, Packet.tcp(client, 40000, vip, Site.OPEN, Packet.SYN).ttl(1), Verdict.DROP,
                    Reason.LOOP, same));
            cases.add(new Case("a fragment before the first one", v6,
                    Packet.of(client, vip, new Packet.Raw(17, new Packet.Options(new byte[16]))).fragment(7, 1480, false), Verdict.DROP,
                    Reason.FRAGMENT, same));
            cases.add(
                    new Case("TCP that ends in its header", v6, Packet.of(client, vip, new Packet.Raw(6, new Packet.Options(new byte[12]))),
                            Verdict.DROP, Reason.MALFORMED, same));
            cases.add(
                    new Case("UDP that ends in its header", v6, Packet.of(client, vip, new Packet.Raw(17, new Packet.Options(new byte[4]))),
                            Verdict.DROP, Reason.MALFORMED, same));
            Packet echo =
                    Packet.of(client, vip, new Packet.Icmp(v6 ? 128 : 8, 0, 0x12340001, new Packet.Options(new byte[] {1, 2, 3, 4, 5})));
            for (int ttl : new int[] {255, 64, 3}) {
                cases.add(new Case("an echo request to a VIP with a TTL of " + ttl, v6, echo.ttl(ttl), Verdict.BACK, Reason.ECHO,
                        packet -> Packet
                                .of(vip, client,
                                        new Packet.Icmp(v6 ? 129 : 0, 0, 0x12340001, new Packet.Options(new byte[] {1, 2, 3, 4, 5})))
                                .macs(Packet.NODE_MAC, Packet.CLIENT_MAC)));
            }
            cases.add(new Case("an echo request to the node", v6,
                    Packet.of(client, Site.node(v6), new Packet.Icmp(v6 ? 128 : 8, 0, 1, Packet.Options.NONE)), Verdict.PASS,
                    Reason.TO_STACK, same));
            cases.add(new Case("neighbour discovery and other messages", v6,
                    Packet.of(client, vip, new Packet.Icmp(v6 ? 135 : 13, 0, 1, new Packet.Options(new byte[16]))), Verdict.PASS,
                    Reason.TO_STACK, same));
            cases.add(new Case("an error about nothing of ours", v6,
                    Packet.error(client, vip, v6 ? 1 : 3, 1, 0, Packet.udp(vip, 7777, client, 5555), 100), Verdict.PASS, Reason.TO_STACK,
                    same));
            // A backend on this node gets errors of the network about its replies as if it had sent them itself.
            cases.add(new Case("an error about a reply of a backend on this node", v6,
                    Packet.error(client, vip, v6 ? 2 : 3, v6 ? 0 : 4, 1300, Packet.tcp(vip, Site.LOCAL, client, 40000, Packet.ACK), 100),
                    Verdict.PASS,
                    Reason.ICMP, packet -> Packet.error(client, Site.local(v6), v6 ? 2 : 3, v6 ? 0 : 4, 1300,
                            Packet.tcp(Site.local(v6), 8000 + Site.LOCAL, client, 40000, Packet.ACK), 100)));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("hooks")
    void whatIsNoIpIsLeftAlone(Hook hook) {
        byte[] arp = new byte[60];
        arp[12] = 8;
        arp[13] = 6;

        TestRun out = rig.in(hook, arp);

        assertThat(out.returnCode()).isEqualTo(hook.pass);
        assertThat(out.packet()).isEqualTo(arp);
    }

    static Stream<Hook> hooks() {
        return Stream.of(Hook.values());
    }
}
