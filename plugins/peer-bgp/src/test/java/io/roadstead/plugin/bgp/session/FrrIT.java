package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.api.model.bgp.AfiSafi.IPV6_UNICAST;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.Reconfiguration.Outcome;
import io.roadstead.testkit.lab.Frr;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;
import io.roadstead.testkit.lab.Tool;

/** What only one router needs to show: restarts without loss, passwords, distance, listening. */
class FrrIT {

    private static final Duration CONVERGENCE = Duration.ofSeconds(60);
    private static final IpPrefix POD_CIDR = IpPrefix.parse("172.20.0.0/24");
    private static final Map<IpPrefix, RouteAttributes> ROUTES = Map.of(POD_CIDR, RouteAttributes.PLAIN);
    private static final String CONFIG = """
            router bgp 65000
             bgp router-id 192.0.2.2
             no bgp ebgp-requires-policy
             no bgp network import-check
             neighbor 192.0.2.1 remote-as 65001
             neighbor 192.0.2.1 timers connect 1
            """;

    private Namespace node;
    private Namespace router;

    @BeforeAll
    static void needsTheDaemon() {
        Labs.require(Tool.FRR);
    }

    @BeforeEach
    void connect() {
        node = Namespace.create("node");
        router = Namespace.create("router");
        Namespace.link(node, "eth0", router, "eth0");
        node.address("eth0", "192.0.2.1/24").address("eth0", "2001:db8::1/64");
        router.address("eth0", "192.0.2.2/24").address("eth0", "2001:db8::2/64");
    }

    @AfterEach
    void remove() {
        node.close();
        router.close();
    }

    @Test
    void anAgentThatIsKilledComesBackWithoutAWithdrawal() {
        try (Frr frr = Frr.start(router, CONFIG); ManagedProcess monitor = router.process("ip", "monitor", "route").start()) {
            TestSpeaker first = TestSpeaker.in(node);
            PeerSession before = first.open(Specs.specs().restartTime(60).build());
            before.replaceRoutes(IPV4_UNICAST, ROUTES);
            installed(frr);
            eventually(CONVERGENCE, () -> assertThat(frr.logs()).contains("rcvd End-of-RIB for IPv4 Unicast from 192.0.2.1"));
            first.kill();
            eventually(CONVERGENCE, () -> assertThat(frr.vtysh("show bgp ipv4 unicast " + POD_CIDR)).containsIgnoringCase("stale"));

            try (TestSpeaker again = TestSpeaker.in(node)) {
                PeerSession after = again.open(Specs.specs().restartTime(60).build());
                established(after);
                assertThat(frr.vtysh("show bgp ipv4 unicast " + POD_CIDR)).as("before the routes are said again")
                        .containsIgnoringCase("stale");
                after.replaceRoutes(IPV4_UNICAST, ROUTES);

                eventually(CONVERGENCE, () -> assertThat(frr.vtysh("show bgp ipv4 unicast " + POD_CIDR)).contains("best")
                        .doesNotContainIgnoringCase("stale"));
                assertThat(monitor.output()).contains(POD_CIDR.toString()).doesNotContain("Deleted " + POD_CIDR);

                after.close(CloseReason.DECONFIGURED);
                eventually(CONVERGENCE, () -> assertThat(monitor.output()).contains("Deleted " + POD_CIDR));
            }
        }
    }

    @Test
    void aStoppingAgentWithGracefulRestartLeavesItsRoutes() {
        try (Frr frr = Frr.start(router, CONFIG)) {
            try (TestSpeaker speaker = TestSpeaker.in(node)) {
                PeerSession session = speaker.open(Specs.specs().restartTime(60).build());
                session.replaceRoutes(IPV4_UNICAST, ROUTES);
                installed(frr);
            }

            eventually(CONVERGENCE, () -> assertThat(frr.vtysh("show bgp ipv4 unicast " + POD_CIDR)).containsIgnoringCase("stale"));
            assertThat(router.routes(IPV4_UNICAST)).anyMatch(route -> route.prefix().equals(POD_CIDR.toString()));
        }
    }

    @Test
    void aPasswordMustBeRightAndCanBeCorrected() {
        try (Frr frr = Frr.start(router, CONFIG + " neighbor 192.0.2.1 password right\n neighbor 192.0.2.1 passive\n");
                TestSpeaker speaker = TestSpeaker.in(node)) {
            PeerSession session = speaker.open(Specs.specs().password("wrong").connectRetry(1).build());
            session.replaceRoutes(IPV4_UNICAST, ROUTES);
            dropped("TCPMD5Failure");
            assertThat(speaker.told().statuses()).noneMatch(status -> status.state().compareTo(SessionState.CONNECT) > 0);

            assertThat(session.reconfigure(Specs.specs().password("right").connectRetry(1).build()).outcome()).isEqualTo(Outcome.APPLIED);

            installed(frr);
            session.reconfigure(Specs.specs().connectRetry(1).build());
            dropped("TCPMD5NotFound");
            eventually(CONVERGENCE, () -> assertThat(session.status().state()).isNotEqualTo(SessionState.ESTABLISHED));
        }
    }

    @Test
    void aListenerAsksEveryPeerForItsOwnPassword() {
        try (Frr frr = Frr.start(router, CONFIG + " neighbor 192.0.2.1 password right\n"); TestSpeaker speaker = TestSpeaker.in(node)) {
            PeerSession session = speaker.open(Specs.specs().localPort(179).passive().password("wrong").build());
            session.replaceRoutes(IPV4_UNICAST, ROUTES);
            eventually(CONVERGENCE, () -> assertThat(failures(node, "TCPMD5Failure")).isPositive());

            session.reconfigure(Specs.specs().localPort(179).passive().password("right").build());

            installed(frr);
            assertThat(session.status().passwordSet()).isTrue();
        }
    }

    @Test
    void aPeerBehindAnotherRouterNeedsItsDistance() {
        try (Namespace far = Namespace.create("far")) {
            router.forwarding();
            Namespace.link(router, "eth1", far, "eth0");
            router.address("eth1", "198.51.100.1/24");
            far.address("eth0", "198.51.100.2/24").route("default", "via", "198.51.100.1");
            node.route("198.51.100.0/24", "via", "192.0.2.2");
            try (Frr frr = Frr.start(far, CONFIG + " neighbor 192.0.2.1 ebgp-multihop 2\n neighbor 192.0.2.1 passive\n");
                    TestSpeaker speaker = TestSpeaker.in(node)) {
                PeerSession session = speaker.open(Specs.specs().peer("198.51.100.2", 179).ebgpMultihop(1).build());
                session.replaceRoutes(IPV4_UNICAST, ROUTES);
                eventually(CONVERGENCE,
                        () -> assertThat(router.run("nstat", "-as", "IcmpOutTimeExcds")).containsPattern("IcmpOutTimeExcds +[1-9]"));
                assertThat(speaker.told().statuses()).noneMatch(status -> status.state() == SessionState.ESTABLISHED);

                session.reconfigure(Specs.specs().peer("198.51.100.2", 179).ebgpMultihop(2).build());

                eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV4_UNICAST, POD_CIDR.toString())).hasSize(1));
            }
        }
    }

    @Test
    void theSourceInterfaceGivesTheSourceAddress() {
        node.stub("loop1").address("loop1", "203.0.113.1/32");
        router.route("203.0.113.1/32", "via", "192.0.2.1");
        try (Frr frr = Frr.start(router, CONFIG.replace("192.0.2.1", "203.0.113.1") + " neighbor 203.0.113.1 ebgp-multihop 2\n");
                TestSpeaker speaker = TestSpeaker.in(node)) {
            PeerSession session = speaker.open(Specs.specs().sourceInterface("loop1").ebgpMultihop(2).build());
            session.replaceRoutes(IPV4_UNICAST, ROUTES);

            eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV4_UNICAST, POD_CIDR.toString())).singleElement()
                    .satisfies(route -> assertThat(route.nextHops()).isEqualTo(List.of("203.0.113.1"))));
            assertThat(session.status().localAddress()).hasToString("203.0.113.1");
        }
    }

    @Test
    void ipv4RoutesGoOverAnIpv6SessionWithAnIpv6NextHop() {
        try (Frr frr = Frr.start(router, """
                router bgp 65000
                 bgp router-id 192.0.2.2
                 no bgp ebgp-requires-policy
                 neighbor 2001:db8::1 remote-as 65001
                 neighbor 2001:db8::1 capability extended-nexthop
                 neighbor 2001:db8::1 passive
                 address-family ipv6 unicast
                  neighbor 2001:db8::1 activate
                """); TestSpeaker speaker = TestSpeaker.in(node)) {
            PeerSession session = speaker.open(Specs.specs().peer("2001:db8::2", 179).families(IPV4_UNICAST, IPV6_UNICAST).build());
            session.replaceRoutes(IPV4_UNICAST, ROUTES);
            session.replaceRoutes(IPV6_UNICAST, Map.of(IpPrefix.parse("2001:db8:20::/48"), RouteAttributes.PLAIN));

            eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV4_UNICAST, POD_CIDR.toString())).singleElement()
                    .satisfies(route -> assertThat(route.nextHops()).contains("2001:db8::1")));
            eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV6_UNICAST, "2001:db8:20::/48")).hasSize(1));
        }
    }

    @Test
    void bothEndsConnectAtOnceAndOneSessionComesOfIt() {
        try (Frr frr = Frr.start(router, CONFIG); TestSpeaker speaker = TestSpeaker.in(node)) {
            PeerSession session = speaker.open(Specs.specs().localPort(179).build());
            session.replaceRoutes(IPV4_UNICAST, ROUTES);
            installed(frr);
            for (int i = 0; i < 5; i++) {
                long flaps = session.status().flaps();
                frr.vtysh("clear bgp 192.0.2.1");
                eventually(CONVERGENCE, () -> assertThat(session.status().flaps()).isGreaterThan(flaps));
                installed(frr);
                established(session);
            }
        }
    }

    private void dropped(String counter) {
        eventually(CONVERGENCE, () -> assertThat(failures(router, counter)).as(counter).isPositive());
    }

    private static long failures(Namespace namespace, String counter) {
        return namespace.run("nstat", "-asz", "TcpExt" + counter).lines().filter(line -> line.startsWith("TcpExt" + counter))
                .map(line -> line.split(" +")[1]).mapToLong(Long::parseLong).sum();
    }

    private static void established(PeerSession session) {
        eventually(CONVERGENCE,
                () -> assertThat(session.status().state()).as(session.status().lastError()).isEqualTo(SessionState.ESTABLISHED));
    }

    private void installed(Frr frr) {
        eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV4_UNICAST, POD_CIDR.toString())).hasSize(1));
        eventually(CONVERGENCE,
                () -> assertThat(router.routes(IPV4_UNICAST)).anyMatch(route -> route.prefix().equals(POD_CIDR.toString())));
    }
}
