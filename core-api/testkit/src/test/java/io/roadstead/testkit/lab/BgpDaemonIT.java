package io.roadstead.testkit.lab;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.api.model.bgp.AfiSafi.IPV6_UNICAST;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.bgp.SessionState;

class BgpDaemonIT {

    private static final Duration CONVERGENCE = Duration.ofSeconds(60);

    private static final String FRR = """
            router bgp 65001
             bgp router-id 192.0.2.1
             no bgp ebgp-requires-policy
             no bgp network import-check
             neighbor 192.0.2.2 remote-as 65002
             neighbor 192.0.2.2 timers 3 9
             neighbor 192.0.2.2 timers connect 1
             address-family ipv4 unicast
              network 10.1.0.0/24
            """;
    private static final String BIRD = """
            router id 192.0.2.2;
            protocol device { }
            protocol static { ipv4; route 10.2.0.0/24 blackhole { bgp_community.add((65002, 77)); }; }
            protocol bgp frr {
                local 192.0.2.2 as 65002;
                neighbor 192.0.2.1 as 65001;
                connect delay time 1;
                connect retry time 1;
                error wait time 1, 1;
                ipv4 { import all; export all; };
            }
            """;
    private static final String GOBGP = """
            [global.config]
            as = 65002
            router-id = "192.0.2.2"
            [[neighbors]]
            [neighbors.config]
            neighbor-address = "192.0.2.1"
            peer-as = 65001
            [neighbors.timers.config]
            connect-retry = 1
            """;

    @BeforeAll
    static void needsTheDaemons() {
        Labs.require(Tool.FRR, Tool.BIRD, Tool.GOBGP);
    }

    @Test
    void frrAndBirdExchangeTheirPrefixesAndLeaveNothingBehind() {
        List<Namespace> namespaces;
        try (var one = Namespace.create("frr"); var other = Namespace.create("bird")) {
            namespaces = List.of(one, other);
            join(one, other);
            try (var frr = Frr.start(one, FRR); var bird = Bird.start(other, BIRD)) {
                exchangesPrefixes(frr, bird);
                eventually(CONVERGENCE, () -> assertThat(frr.logs()).contains("rcvd End-of-RIB for IPv4 Unicast from 192.0.2.2"));
                assertThat(one.routes(IPV4_UNICAST))
                        .contains(new KernelRoute("10.2.0.0/24", Set.of("192.0.2.2"), List.of("eth0"), "bgp", 20));
            }
        }
        assertThat(namespaces).allSatisfy(namespace -> assertThat(Path.of("/run/netns", namespace.name())).doesNotExist());
    }

    @Test
    void frrAndGobgpExchangeTheirPrefixesAndLeaveNothingBehind() {
        List<Namespace> namespaces;
        try (var one = Namespace.create("frr"); var other = Namespace.create("gobgp")) {
            namespaces = List.of(one, other);
            join(one, other);
            try (var frr = Frr.start(one, FRR); var gobgp = Gobgp.start(other, GOBGP)) {
                gobgp.originate(IPV4_UNICAST, "10.2.0.0/24", "community", "65002:77", "origin", "igp");
                exchangesPrefixes(frr, gobgp);
            }
        }
        assertThat(namespaces).allSatisfy(namespace -> assertThat(Path.of("/run/netns", namespace.name())).doesNotExist());
    }

    @Test
    void aKilledOrRestartedDaemonComesBackWithItsPrefixes() {
        try (var one = Namespace.create("frr"); var two = Namespace.create("peer")) {
            join(one, two);
            try (var frr = Frr.start(one, FRR)) {
                try (var bird = Bird.start(two, BIRD)) {
                    comesBack(frr, bird);
                }
                try (var gobgp = Gobgp.start(two, GOBGP)) {
                    gobgp.originate(IPV4_UNICAST, "10.2.0.0/24");
                    comesBack(frr, gobgp);
                    gobgp.withdraw(IPV4_UNICAST, "10.2.0.0/24");
                    eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV4_UNICAST, "10.2.0.0/24")).isEmpty());
                }
                frr.kill();
                frr.restart();
                assertThat(frr.routes(IPV4_UNICAST, "10.1.0.0/24")).hasSize(1);
            }
        }
    }

    /** The point of {@link BgpDaemon}: what one speaker announces looks the same through the eyes of all three. */
    @ParameterizedTest
    @ValueSource(ints = {65010, 65020})
    void allDaemonsTellTheSameFactsAboutOneAnnouncement(int observerAs) {
        try (var lan = Namespace.create("switch");
                var speaker = Namespace.create("speaker");
                var one = Namespace.create("frr");
                var two = Namespace.create("bird");
                var three = Namespace.create("gobgp")) {
            var hosts = List.of(speaker, one, two, three);
            for (var i = 0; i < hosts.size(); i++) {
                Namespace.link(hosts.get(i), "eth0", lan, "port" + i);
                hosts.get(i).address("eth0", "192.0.2." + (10 + i) + "/24").address("eth0", "2001:db8::" + (10 + i) + "/64");
            }
            lan.bridge("br0", "port0", "port1", "port2", "port3");
            try (var gobgp = Gobgp.start(speaker, speakerConfig(observerAs));
                    var frr = Frr.start(one, observingFrr(observerAs));
                    var bird = Bird.start(two, observingBird(observerAs));
                    var observer = Gobgp.start(three, observingGobgp(observerAs))) {
                String[] attributes =
                        {"origin", "egp", "med", "5", "local-pref", "200", "community", "65010:1,no-export", "large-community",
                            "65010:2:3"};
                gobgp.originate(IPV4_UNICAST, "10.10.0.0/16", attributes);
                gobgp.originate(IPV6_UNICAST, "2001:db8:10::/48", attributes);

                var internal = observerAs == 65010;
                for (var daemon : List.of(frr, bird, observer)) {
                    eventually(CONVERGENCE, () -> {
                        assertThat(daemon.routes(IPV4_UNICAST)).as("%s", daemon)
                                .containsExactly(seen("10.10.0.0/16", "192.0.2.10", internal));
                        assertThat(daemon.routes(IPV6_UNICAST)).as("%s", daemon)
                                .containsExactly(seen("2001:db8:10::/48", "2001:db8::10", internal));
                        assertThat(daemon.neighbor("192.0.2.10").received(IPV4_UNICAST)).as("%s", daemon).isEqualTo(1);
                        assertThat(daemon.neighbor("2001:db8::10").received(IPV6_UNICAST)).as("%s", daemon).isEqualTo(1);
                        assertThat(daemon.neighbor("2001:db8::10").sent(IPV6_UNICAST)).as("%s", daemon).isZero();
                    });
                }
                assertThat(gobgp.neighbors()).hasSize(6).allSatisfy(neighbor -> {
                    assertThat(neighbor.isEstablished()).isTrue();
                    assertThat(neighbor.remoteAs()).isEqualTo(observerAs);
                });
            }
        }
    }

    @Test
    void daemonsMeetOnLoopbackWithoutANamespace() {
        // addresses that no other test run on this machine uses at the same time
        var one = loopback(64);
        var other = loopback(128);
        try (var frr = Frr.startOnLoopback(one, 1790, """
                router bgp 65001
                 bgp router-id 192.0.2.1
                 no bgp ebgp-requires-policy
                 no bgp network import-check
                 neighbor %1$s remote-as 65002
                 neighbor %1$s port 1790
                 neighbor %1$s disable-connected-check
                 neighbor %1$s timers connect 1
                 neighbor %1$s update-source %2$s
                 address-family ipv4 unicast
                  network 10.1.0.0/24
                """.formatted(other, one)); var bird = Bird.startOnLoopback("""
                router id 192.0.2.3;
                protocol device { }
                protocol static { ipv4; route 10.2.0.0/24 blackhole; }
                protocol bgp frr {
                    local %1$s port 1790 as 65002;
                    neighbor %2$s port 1790 as 65001;
                    multihop; strict bind yes; connect delay time 1;
                    ipv4 { import all; export all; next hop address 192.0.2.3; };
                }
                """.formatted(other, one))) {
            eventually(CONVERGENCE, () -> {
                assertThat(frr.routes(IPV4_UNICAST, "10.2.0.0/24")).singleElement()
                        .satisfies(route -> assertThat(route.nextHops()).containsExactly("192.0.2.3"));
                assertThat(bird.routes(IPV4_UNICAST, "10.1.0.0/24")).hasSize(1);
            });
        }
    }

    private static String loopback(int block) {
        var pid = ProcessHandle.current().pid();
        return "127." + (block + (pid >>> 16 & 0x3f)) + "." + (pid >>> 8 & 0xff) + "." + (pid & 0xff);
    }

    @Test
    void aConfigurationThatADaemonDoesNotUnderstandIsAFailureThatQuotesIt() {
        try (var host = Namespace.create("host")) {
            assertThatThrownBy(() -> Frr.start(host, "router bgp 65001\n neighbour 192.0.2.2 remote-as 65002\n"))
                    .isInstanceOf(LabException.class).hasMessageContaining("neighbour 192.0.2.2");
            assertThatThrownBy(() -> Bird.start(host, "protocol bpg { }")).isInstanceOf(LabException.class)
                    .hasMessageContaining("syntax error");
            assertThatThrownBy(() -> Gobgp.start(host, "as = ")).isInstanceOf(LabException.class).hasMessageContaining("gobgpd.toml");
        }
    }

    private static void join(Namespace one, Namespace other) {
        Namespace.link(one, "eth0", other, "eth0");
        one.address("eth0", "192.0.2.1/24");
        other.address("eth0", "192.0.2.2/24");
    }

    private static void exchangesPrefixes(Frr frr, BgpDaemon other) {
        eventually(CONVERGENCE, () -> {
            assertThat(frr.routes(IPV4_UNICAST, "10.2.0.0/24")).containsExactly(new SeenRoute("10.2.0.0/24", "192.0.2.2", true,
                    List.of("192.0.2.2"), List.of(65002L), "igp", Set.of("65002:77"), Set.of(), 100, 0));
            assertThat(other.routes(IPV4_UNICAST, "10.1.0.0/24")).containsExactly(new SeenRoute("10.1.0.0/24", "192.0.2.1", true,
                    List.of("192.0.2.1"), List.of(65001L), "igp", Set.of(), Set.of(), 100, 0));
        });
        assertThat(List.of(frr.neighbor("192.0.2.2"), other.neighbor("192.0.2.1"))).allSatisfy(neighbor -> {
            assertThat(neighbor.state()).isEqualTo(SessionState.ESTABLISHED);
            assertThat(neighbor.establishedAt()).isNotNull();
            assertThat(neighbor.holdTime()).isEqualTo(Duration.ofSeconds(9));
            assertThat(neighbor.received(IPV4_UNICAST)).isEqualTo(1);
        });
    }

    private static void comesBack(Frr frr, BgpDaemon peer) {
        eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV4_UNICAST, "10.2.0.0/24")).hasSize(1));
        peer.kill();
        eventually(CONVERGENCE, () -> assertThat(frr.neighbor("192.0.2.2").isEstablished()).isFalse());
        peer.restart();
        eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV4_UNICAST, "10.2.0.0/24")).hasSize(1));
        peer.restart();
        eventually(CONVERGENCE, () -> {
            assertThat(frr.neighbor("192.0.2.2").isEstablished()).isTrue();
            assertThat(frr.routes(IPV4_UNICAST, "10.2.0.0/24")).hasSize(1);
        });
    }

    private static SeenRoute seen(String prefix, String speaker, boolean internal) {
        return new SeenRoute(prefix, speaker, true, List.of(speaker), internal ? List.of() : List.of(65010L), "egp",
                Set.of("65010:1", "65535:65281"), Set.of("65010:2:3"), internal ? 200 : 100, 5);
    }

    private static String speakerConfig(int observerAs) {
        var config = new StringBuilder("""
                [global.config]
                as = 65010
                router-id = "192.0.2.10"
                """);
        for (var host = 11; host <= 13; host++) {
            config.append(gobgpNeighbor("192.0.2." + host, observerAs, "ipv4-unicast"));
            config.append(gobgpNeighbor("2001:db8::" + host, observerAs, "ipv6-unicast"));
        }
        return config.toString();
    }

    private static String observingGobgp(int as) {
        return """
                [global.config]
                as = %d
                router-id = "192.0.2.13"
                """.formatted(as) + gobgpNeighbor("192.0.2.10", 65010, "ipv4-unicast")
                + gobgpNeighbor("2001:db8::10", 65010, "ipv6-unicast");
    }

    private static String gobgpNeighbor(String address, int as, String family) {
        return """
                [[neighbors]]
                [neighbors.config]
                neighbor-address = "%s"
                peer-as = %d
                [neighbors.timers.config]
                connect-retry = 1
                [[neighbors.afi-safis]]
                [neighbors.afi-safis.config]
                afi-safi-name = "%s"
                """.formatted(address, as, family);
    }

    private static String observingFrr(int as) {
        return """
                router bgp %d
                 bgp router-id 192.0.2.11
                 no bgp ebgp-requires-policy
                 no bgp default ipv4-unicast
                 neighbor 192.0.2.10 remote-as 65010
                 neighbor 192.0.2.10 timers connect 1
                 neighbor 2001:db8::10 remote-as 65010
                 neighbor 2001:db8::10 timers connect 1
                 address-family ipv4 unicast
                  neighbor 192.0.2.10 activate
                 exit-address-family
                 address-family ipv6 unicast
                  neighbor 2001:db8::10 activate
                 exit-address-family
                """.formatted(as);
    }

    private static String observingBird(int as) {
        return """
                router id 192.0.2.12;
                protocol device { }
                template bgp observing { connect delay time 1; ipv4 { import all; export none; }; ipv6 { import all; export none; }; }
                protocol bgp v4 from observing { local 192.0.2.12 as %1$d; neighbor 192.0.2.10 as 65010; }
                protocol bgp v6 from observing { local 2001:db8::12 as %1$d; neighbor 2001:db8::10 as 65010; }
                """.formatted(as);
    }
}
