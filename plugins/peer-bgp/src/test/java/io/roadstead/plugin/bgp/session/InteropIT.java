package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.api.model.bgp.AfiSafi.IPV6_UNICAST;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.bgp.WellKnownCommunity;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.testkit.lab.BgpDaemon;
import io.roadstead.testkit.lab.Bird;
import io.roadstead.testkit.lab.Frr;
import io.roadstead.testkit.lab.Gobgp;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Namespace;
import io.roadstead.testkit.lab.SeenRoute;
import io.roadstead.testkit.lab.Tool;

/** The same facts against three routers that are not ours, within an AS and between two, over IPv4 and over IPv6. */
class InteropIT {

    private static final Duration CONVERGENCE = Duration.ofSeconds(60);
    private static final RouteAttributes RICH = new RouteAttributes(Origin.IGP,
            new TreeSet<>(List.of(new Community(65001 << 16 | 7), WellKnownCommunity.NO_EXPORT.community())),
            new TreeSet<>(List.of(new LargeCommunity(65001, 1, 2))), 200L, 5L, 0, null);

    @BeforeAll
    static void needsTheDaemons() {
        Labs.require(Tool.FRR, Tool.BIRD, Tool.GOBGP);
    }

    @ParameterizedTest(name = "{0} in AS {1}, {2}")
    @CsvSource({"FRR, 65000, IPV4_UNICAST", "FRR, 65001, IPV4_UNICAST", "FRR, 65000, IPV6_UNICAST", "FRR, 65001, IPV6_UNICAST",
        "BIRD, 65000, IPV4_UNICAST", "BIRD, 65001, IPV4_UNICAST", "BIRD, 65000, IPV6_UNICAST", "BIRD, 65001, IPV6_UNICAST",
        "GOBGP, 65000, IPV4_UNICAST", "GOBGP, 65001, IPV4_UNICAST", "GOBGP, 65000, IPV6_UNICAST", "GOBGP, 65001, IPV6_UNICAST"})
    void routesGoBothWaysAreWithdrawnAndComeBackAfterARestart(Tool tool, long routerAs, AfiSafi family) {
        boolean ipv4 = family == IPV4_UNICAST;
        String nodeAddress = ipv4 ? "192.0.2.1" : "2001:db8::1";
        String routerAddress = ipv4 ? "192.0.2.2" : "2001:db8::2";
        IpPrefix rich = IpPrefix.parse(ipv4 ? "172.20.0.0/24" : "2001:db8:20::/48");
        IpPrefix plain = IpPrefix.parse(ipv4 ? "172.16.1.1/32" : "2001:db8:16::1/128");
        boolean internal = routerAs == 65001;
        try (Namespace node = Namespace.create("node"); Namespace router = Namespace.create("router")) {
            Namespace.link(node, "eth0", router, "eth0");
            node.address("eth0", "192.0.2.1/24").address("eth0", "2001:db8::1/64");
            router.address("eth0", "192.0.2.2/24").address("eth0", "2001:db8::2/64");
            try (BgpDaemon daemon = daemon(tool, router, routerAs, nodeAddress, routerAddress, ipv4);
                    TestSpeaker speaker = TestSpeaker.in(node)) {
                PeerSession session = speaker.open(Specs.specs().peer(routerAddress, 179).peerAsn(routerAs).families(family).build());
                session.replaceRoutes(family, Map.of(rich, RICH, plain, RouteAttributes.PLAIN));

                List<Long> asPath = internal ? List.of() : List.of(65001L);
                SeenRoute richSeen = new SeenRoute(rich.toString(), nodeAddress, true, List.of(nodeAddress), asPath, "igp",
                        Set.of("65001:7", "65535:65281"), Set.of("65001:1:2"), internal ? 200 : 100, 5);
                eventually(CONVERGENCE, () -> assertThat(daemon.routes(family, rich.toString())).containsExactly(richSeen));
                eventually(CONVERGENCE,
                        () -> assertThat(daemon.routes(family, plain.toString())).containsExactly(new SeenRoute(plain.toString(),
                                nodeAddress, true, List.of(nodeAddress), asPath, "igp", Set.of(), Set.of(), 100, 0)));
                assertThat(daemon.neighbor(nodeAddress).holdTime()).isEqualTo(Duration.ofSeconds(9));
                eventually(CONVERGENCE, () -> assertThat(session.routes(Direction.RECEIVED, family).toCompletableFuture().join())
                        .filteredOn(entry -> entry.prefix().equals(originated(ipv4))).singleElement().satisfies(entry -> {
                            assertThat(entry.attributes().nextHop()).hasToString(routerAddress);
                            assertThat(entry.attributes().asPath()).hasToString(internal ? "" : Long.toString(routerAs));
                            assertThat(entry.ineligible()).isEmpty();
                        }));

                session.updateRoutes(family, new RouteDelta(Map.of(), Set.of(plain)));
                eventually(CONVERGENCE, () -> assertThat(daemon.routes(family, plain.toString())).isEmpty());
                assertThat(daemon.routes(family, rich.toString())).hasSize(1);

                daemon.restart();
                eventually(CONVERGENCE, () -> assertThat(session.status().flaps()).isPositive());
                eventually(CONVERGENCE, () -> assertThat(daemon.routes(family, rich.toString())).containsExactly(richSeen));
                assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);
            }
        }
    }

    private static IpPrefix originated(boolean ipv4) {
        return IpPrefix.parse(ipv4 ? "10.9.0.0/16" : "2001:db8:9::/48");
    }

    private static BgpDaemon daemon(Tool tool, Namespace router, long routerAs, String nodeAddress, String routerAddress, boolean ipv4) {
        String prefix = originated(ipv4).toString();
        if (tool == Tool.FRR) {
            return Frr.start(router, """
                    router bgp %1$d
                     bgp router-id 192.0.2.2
                     no bgp ebgp-requires-policy
                     no bgp network import-check
                     no bgp default ipv4-unicast
                     neighbor %2$s remote-as 65001
                     neighbor %2$s timers connect 1
                     address-family %3$s unicast
                      neighbor %2$s activate
                      network %4$s
                    """.formatted(routerAs, nodeAddress, ipv4 ? "ipv4" : "ipv6", prefix));
        }
        if (tool == Tool.BIRD) {
            return Bird.start(router, """
                    router id 192.0.2.2;
                    protocol device { }
                    protocol static { %4$s; route %5$s blackhole; }
                    protocol bgp node {
                        local %1$s as %2$d;
                        neighbor %3$s as 65001;
                        connect delay time 1; connect retry time 1; error wait time 1, 1;
                        %4$s { import all; export all; };
                    }
                    """.formatted(routerAddress, routerAs, nodeAddress, ipv4 ? "ipv4" : "ipv6", prefix));
        }
        Gobgp gobgp = Gobgp.start(router, """
                [global.config]
                as = %1$d
                router-id = "192.0.2.2"
                [[neighbors]]
                [neighbors.config]
                neighbor-address = "%2$s"
                peer-as = 65001
                [neighbors.timers.config]
                connect-retry = 1
                [[neighbors.afi-safis]]
                [neighbors.afi-safis.config]
                afi-safi-name = "%3$s-unicast"
                """.formatted(routerAs, nodeAddress, ipv4 ? "ipv4" : "ipv6"));
        gobgp.originate(ipv4 ? IPV4_UNICAST : IPV6_UNICAST, prefix);
        return gobgp;
    }
}
