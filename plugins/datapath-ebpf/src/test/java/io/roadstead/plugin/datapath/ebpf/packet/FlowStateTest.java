package io.roadstead.plugin.datapath.ebpf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.plugin.datapath.ebpf.bpf.TestRun;
import io.roadstead.testkit.lab.Labs;

/** What is remembered of flows and clients, when it counts and when no more. */
class FlowStateTest {

    private static final int PORT = 20000;

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
        rig.events();
    }

    record Way(Hook hook, boolean v6) {
        Packet tcp(int clientPort, int port, int flags) {
            return Packet.tcp(Site.client(v6), clientPort, Site.vip(v6), port, flags);
        }

        int id(int port) {
            return Site.id(v6, Rig.TCP, port);
        }

        /** The backend's port that a packet left for; 0 when it did not leave. */
        int backendPort(Packet in) {
            TestRun run = rig.in(hook, in.bytes());
            int l4 = v6 ? 54 : 34;
            return run.returnCode() == hook.redirect ? (run.packet()[l4 + 2] & 0xff) << 8 | run.packet()[l4 + 3] & 0xff : 0;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(Hook.values()).flatMap(hook -> Stream.of(new Way(hook, false), new Way(hook, true)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void repliesOfABackendOnThisNodeLeaveInTheFrontendsName(Way way) {
        rig.in(way.hook(), way.tcp(PORT, Site.LOCAL, Packet.SYN).bytes());
        Packet reply = Packet.tcp(Site.local(way.v6()), 8000 + Site.LOCAL, Site.client(way.v6()), PORT, Packet.SYN | Packet.ACK);

        TestRun run = rig.out(reply.bytes());

        assertThat(run.returnCode()).isEqualTo(Hook.TC.pass);
        assertThat(Packet.hex(run.packet())).isEqualTo(Packet.hex(reply.from(Site.vip(way.v6()), Site.LOCAL).bytes()));
        assertThat(rig.counted(Reason.REPLY)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void whatElseLeavesTheNodeIsLeftAlone(Way way) {
        Packet packet = Packet.tcp(Site.local(way.v6()), 8000 + Site.LOCAL, Site.client(way.v6()), PORT + 1, Packet.ACK);

        TestRun run = rig.out(packet.bytes());

        assertThat(run.returnCode()).isEqualTo(Hook.TC.pass);
        assertThat(run.packet()).isEqualTo(packet.bytes());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorOfABackendOnThisNodeLeavesInTheFrontendsName(Way way) {
        Packet there = Packet.udp(Site.client(way.v6()), PORT, Site.vip(way.v6()), Site.LOCAL);
        rig.in(way.hook(), there.bytes());
        int type = way.v6() ? 1 : 3;
        int code = way.v6() ? 4 : 3;
        Packet seen = there.to(Site.local(way.v6()), 8000 + Site.LOCAL);

        TestRun run = rig.out(Packet.error(Site.local(way.v6()), Site.client(way.v6()), type, code, 0, seen, 100).bytes());

        assertThat(Packet.hex(run.packet()))
                .isEqualTo(Packet.hex(Packet.error(Site.vip(way.v6()), Site.client(way.v6()), type, code, 0, there, 100).bytes()));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void twoFrontendsOfOneBackendDoNotMixAClientsFlows(Way way) {
        int other = 70;
        rig.service(way.id(other), Site.vip(way.v6()), other, Rig.TCP, Rig.ROUTABLE, snat, 0, way.id(Site.LOCAL));
        rig.in(way.hook(), way.tcp(PORT, Site.LOCAL, Packet.SYN).bytes());

        TestRun run = rig.in(way.hook(), way.tcp(PORT, other, Packet.SYN).bytes());

        assertThat(run.returnCode()).isEqualTo(way.hook().drop);
        assertThat(rig.counted(Reason.COLLISION)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aFlowStaysWhenTheTableMovesOnAndLeavesWhenItsBackendIsGone(Way way) {
        int first = way.id(Site.OPEN);
        Packet packet = way.tcp(PORT, Site.OPEN, Packet.ACK);
        assertThat(way.backendPort(packet)).isEqualTo(8000 + Site.OPEN);
        rig.backend(4000, Site.backend(way.v6()), 9999, Rig.TCP, Site.ACTIVE, 0);
        rig.service(first, Site.vip(way.v6()), Site.OPEN, Rig.TCP, Rig.ROUTABLE, snat, 0, 4000);

        assertThat(way.backendPort(packet)).as("known flow").isEqualTo(8000 + Site.OPEN);
        assertThat(way.backendPort(way.tcp(PORT + 1, Site.OPEN, Packet.ACK))).as("another flow").isEqualTo(9999);

        rig.backend(first, Site.backend(way.v6()), 8000 + Site.OPEN, Rig.TCP, 0, 0);
        assertThat(way.backendPort(packet)).as("after its backend went").isEqualTo(9999);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aConnectionToATerminatingBackendLivesOnAndANewOneGoesElsewhere(Way way) {
        int service = way.id(Site.OPEN);
        way.backendPort(way.tcp(PORT, Site.OPEN, Packet.SYN));
        rig.backend(4000, Site.backend(way.v6()), 9999, Rig.TCP, Site.ACTIVE, 0);
        rig.service(service, Site.vip(way.v6()), Site.OPEN, Rig.TCP, Rig.ROUTABLE, snat, 0, 4000);
        rig.member(service, service, Site.TERMINATING);

        assertThat(way.backendPort(way.tcp(PORT, Site.OPEN, Packet.ACK))).isEqualTo(8000 + Site.OPEN);
        assertThat(way.backendPort(way.tcp(PORT, Site.OPEN, Packet.SYN))).isEqualTo(9999);
        assertThat(way.backendPort(way.tcp(PORT, Site.OPEN, Packet.ACK))).isEqualTo(9999);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aBackendThatStandsBackKeepsItsFlowsAndNoClient(Way way) {
        int service = way.id(Site.AFFINE);
        int chosen = way.backendPort(way.tcp(50001, Site.AFFINE, Packet.SYN));
        int other = service + 300 - (chosen - 8000);
        rig.service(service, Site.vip(way.v6()), Site.AFFINE, Rig.TCP, Rig.ROUTABLE | Rig.AFFINITY, snat, 0, other);
        assertThat(way.backendPort(way.tcp(50002, Site.AFFINE, Packet.SYN))).isEqualTo(chosen);

        rig.member(service, service + (chosen - 8000), Site.ACTIVE | Rig.STANDBY);

        assertThat(way.backendPort(way.tcp(50003, Site.AFFINE, Packet.SYN))).isEqualTo(16300 - chosen);
        assertThat(way.backendPort(way.tcp(50002, Site.AFFINE, Packet.ACK))).isEqualTo(chosen);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aClientWithAffinityKeepsItsBackendWhileThatIsActive(Way way) {
        int service = way.id(Site.AFFINE);
        int chosen = way.backendPort(way.tcp(50001, Site.AFFINE, Packet.SYN));
        Set<Integer> seen = new HashSet<>();
        for (int port = 50002; port < 50030; port++) {
            seen.add(way.backendPort(way.tcp(port, Site.AFFINE, Packet.SYN)));
        }
        assertThat(seen).containsExactly(chosen);

        // The table now names only the other one; affinity outlives that, but not the backend's leave.
        int kept = service + (chosen - 8000);
        int other = service + 300 - (chosen - 8000);
        rig.service(service, Site.vip(way.v6()), Site.AFFINE, Rig.TCP, Rig.ROUTABLE | Rig.AFFINITY, snat, 0, other);
        assertThat(way.backendPort(way.tcp(50040, Site.AFFINE, Packet.SYN))).isEqualTo(chosen);
        rig.member(service, kept, Site.TERMINATING);
        assertThat(way.backendPort(way.tcp(50041, Site.AFFINE, Packet.SYN))).isEqualTo(16300 - chosen);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void randomChoiceUsesAllSlotsAndIsRememberedPerFlow(Way way) {
        List<Integer> first = new ArrayList<>();
        List<Integer> second = new ArrayList<>();
        for (int port = 50000; port < 50064; port++) {
            first.add(way.backendPort(way.tcp(port, Site.RANDOM, Packet.SYN)));
        }
        for (int port = 50000; port < 50064; port++) {
            second.add(way.backendPort(way.tcp(port, Site.RANDOM, Packet.ACK)));
        }

        assertThat(first).contains(8100, 8200).containsOnly(8100, 8200);
        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sourcesInRangeAreLetIn(Way way) {
        rig.range(way.id(Site.RANGED), way.v6() ? "2001:db8::" : "192.0.2.0", way.v6() ? 64 : 24);

        assertThat(way.backendPort(way.tcp(PORT, Site.RANGED, Packet.SYN))).isEqualTo(8000 + Site.RANGED);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void eventsTellOfTheBeginningTheEndAndDrops(Way way) {
        rig.in(way.hook(), way.tcp(PORT, Site.OPEN, Packet.SYN).bytes());
        rig.in(way.hook(), way.tcp(PORT, Site.OPEN, Packet.ACK).bytes());
        rig.in(way.hook(), way.tcp(PORT, Site.OPEN, Packet.FIN | Packet.ACK).bytes());
        rig.in(way.hook(),
                Packet.tcp(Site.backend(way.v6()), 8000 + Site.OPEN, Site.node(way.v6()), PORT, Packet.FIN | Packet.ACK).bytes());
        rig.in(way.hook(), way.tcp(PORT, 9999, Packet.SYN).bytes());

        assertThat(rig.events()).containsExactly("new " + way.id(Site.OPEN), "close " + way.id(Site.OPEN), "drop 65");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aResetEndsAFlowAndItsPortMayBeginAnew(Way way) {
        rig.in(way.hook(), way.tcp(PORT, Site.OPEN, Packet.SYN).bytes());
        rig.in(way.hook(), way.tcp(PORT, Site.OPEN, Packet.RST).bytes());
        rig.in(way.hook(), way.tcp(PORT, Site.OPEN, Packet.SYN).bytes());

        assertThat(rig.events()).containsExactly("new " + way.id(Site.OPEN), "close " + way.id(Site.OPEN), "new " + way.id(Site.OPEN));
        assertThat(rig.serviceCount(way.id(Site.OPEN), 2)).as("flows").isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void answersAreLimitedPerSecond(Way way) {
        rig.configure(0, 7, 5);
        for (int i = 0; i < 200; i++) {
            rig.in(way.hook(), way.tcp(PORT, Site.REJECTING, Packet.SYN).bytes());
        }

        assertThat(rig.counted(Reason.REJECTED)).isBetween(5L, 50L);
        assertThat(rig.counted(Reason.RATE_LIMITED)).isEqualTo(200 - rig.counted(Reason.REJECTED));
    }

    @Test
    void anExplanationLeavesNoTrace() {
        for (boolean v6 : new boolean[] {false, true}) {
            for (int port : new int[] {Site.OPEN, Site.LOCAL, Site.REJECTING, Site.SILENT, 9999}) {
                TestRun run = rig.in(Hook.TC, Packet.tcp(Site.client(v6), PORT, Site.vip(v6), port, Packet.SYN).bytes(), Rig.EXPLAIN_MARK);
                int reason = switch (port) {
                    case Site.OPEN -> Reason.DISPATCHED;
                    case Site.LOCAL -> Reason.LOCAL;
                    case Site.REJECTING -> Reason.REJECTED;
                    case Site.SILENT -> Reason.NO_BACKEND;
                    default -> Reason.UNKNOWN_PORT;
                };

                assertThat(run.returnCode()).isEqualTo(Hook.TC.drop);
                assertThat(rig.explained()[0]).as("reason for port %d", port).isEqualTo(reason);
                assertThat(rig.explained()[1]).as("service").isEqualTo(port == 9999 ? 0 : Site.id(v6, Rig.TCP, port));
                assertThat(rig.counted(reason)).isZero();
            }
        }
        assertThat(rig.entries("rs_flow")).isZero();
        assertThat(rig.entries("rs_nat")).isZero();
        assertThat(rig.events()).isEmpty();
    }
}
