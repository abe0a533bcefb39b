package io.roadstead.it;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.api.model.bgp.AfiSafi.IPV6_UNICAST;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.testkit.lab.BgpDaemon;
import io.roadstead.testkit.lab.Bird;
import io.roadstead.testkit.lab.Frr;
import io.roadstead.testkit.lab.Gobgp;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Namespace;
import io.roadstead.testkit.lab.SeenRoute;
import io.roadstead.testkit.lab.Tool;

/** The packaged agent, configured by a file, against routers of three makes: a session per family, Pod CIDRs and a Service's addresses. */
@Timeout(60)
final class InteropIT {

    private static final Duration CONVERGENCE = Duration.ofSeconds(30);
    private static final String NODE_V4 = "192.0.2.1";
    private static final String NODE_V6 = "2001:db8::1";
    private static final String PODS_V4 = "172.20.0.0/24";
    private static final String PODS_V6 = "2001:db8:20::/64";
    private static final String SERVICE_V4 = "172.16.1.1/32";
    private static final String SERVICE_V6 = "2001:db8:16::1/128";

    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata:
              name: test-node
            spec:
              podCIDR: 172.20.0.0/24
              podCIDRs: [172.20.0.0/24, "2001:db8:20::/64"]
            status:
              addresses:
                - {type: InternalIP, address: 192.0.2.1}
                - {type: InternalIP, address: "2001:db8::1"}
            """;
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata:
              name: web
              namespace: default
              labels: {app: web}
            spec:
              type: LoadBalancer
              ipFamilyPolicy: RequireDualStack
              ipFamilies: [IPv4, IPv6]
              clusterIP: 10.96.0.80
              clusterIPs: [10.96.0.80, "fd00:96::80"]
              ports:
                - {port: 80, protocol: TCP}
            """;

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsTheDaemons() {
        Labs.require(Tool.FRR, Tool.BIRD, Tool.GOBGP);
    }

    @ParameterizedTest(name = "{0} in AS {1}")
    @CsvSource({"FRR, 65000", "FRR, 65001", "BIRD, 65000", "BIRD, 65001", "GOBGP, 65000", "GOBGP, 65001"})
    void thePackagedAgentTellsEachFamilyItsRoutesAndTakesThemBack(Tool tool, long routerAs) throws IOException {
        var manifests = Files.createDirectory(directory.resolve("manifests"));
        Files.writeString(manifests.resolve("node.yaml"), NODE);
        var service = Files.writeString(manifests.resolve("service.yaml"), SERVICE);
        var config = Files.writeString(directory.resolve("roadstead.conf"), config(routerAs));
        var internal = routerAs == 65001;
        try (var node = Namespace.create("node"); var router = Namespace.create("router")) {
            Namespace.link(node, "eth0", router, "eth0");
            node.address("eth0", NODE_V4 + "/24").address("eth0", NODE_V6 + "/64");
            router.address("eth0", "192.0.2.2/24").address("eth0", "2001:db8::2/64");
            try (var daemon = daemon(tool, router, routerAs);
                    var agent =
                            node.process(PackagedTree.asBuilt().launcher().toString(), "agent", "--config", config.toString()).start()) {
                eventually(CONVERGENCE, () -> {
                    assertThat(daemon.routes(IPV4_UNICAST, PODS_V4)).containsExactly(pods(PODS_V4, NODE_V4, internal));
                    assertThat(daemon.routes(IPV4_UNICAST, SERVICE_V4)).containsExactly(plain(SERVICE_V4, NODE_V4, internal));
                    assertThat(daemon.routes(IPV6_UNICAST, PODS_V6)).containsExactly(pods(PODS_V6, NODE_V6, internal));
                    assertThat(daemon.routes(IPV6_UNICAST, SERVICE_V6)).containsExactly(plain(SERVICE_V6, NODE_V6, internal));
                });
                assertThat(List.of(daemon.neighbor(NODE_V4), daemon.neighbor(NODE_V6))).allSatisfy(neighbor -> {
                    assertThat(neighbor.isEstablished()).isTrue();
                    assertThat(neighbor.remoteAs()).isEqualTo(65001);
                    assertThat(neighbor.holdTime()).isEqualTo(Duration.ofSeconds(9));
                });
                assertThat(daemon.neighbor(NODE_V4).received(IPV4_UNICAST)).isEqualTo(2);
                assertThat(daemon.neighbor(NODE_V6).received(IPV6_UNICAST)).isEqualTo(2);

                Files.delete(service);

                eventually(CONVERGENCE, () -> {
                    assertThat(daemon.routes(IPV4_UNICAST, SERVICE_V4)).isEmpty();
                    assertThat(daemon.routes(IPV6_UNICAST, SERVICE_V6)).isEmpty();
                });
                assertThat(daemon.routes(IPV4_UNICAST, PODS_V4)).hasSize(1);
                assertThat(daemon.routes(IPV6_UNICAST, PODS_V6)).hasSize(1);
                assertThat(agent.isAlive()).isTrue();
            }
        }
    }

    private static SeenRoute pods(String prefix, String nextHop, boolean internal) {
        return new SeenRoute(prefix, nextHop, true, List.of(nextHop), internal ? List.of() : List.of(65001L), "igp",
                Set.of("65001:7", "65535:65281"), Set.of("65001:1:2"), internal ? 200 : 100, 0);
    }

    private static SeenRoute plain(String prefix, String nextHop, boolean internal) {
        return new SeenRoute(prefix, nextHop, true, List.of(nextHop), internal ? List.of() : List.of(65001L), "igp", Set.of(), Set.of(),
                100,
                0);
    }

    private String config(long routerAs) {
        return """
                roadstead {
                  node.name = test-node
                  state-directory = "%1$s/state"
                  source { type = manifests, manifests.directory = "%1$s/manifests" }
                  add-ons.admin-http.socket = "%1$s/admin.sock"
                  load-balancer.pools.main {
                    blocks = [ { cidr = "172.16.1.0/24" }, { cidr = "2001:db8:16::/120" } ]
                    allow-first-last-ips = false
                  }
                  bgp.instances.main {
                    local-asn = 65001
                    peers {
                      "*" {
                        asn = %2$d
                        timers { connect-retry = 1s, hold = 9s, keepalive = 3s }
                        advertise = [
                          { type = pod-cidr, communities = [ "65001:7", "65001:1:2", no-export ], local-preference = 200 }
                          { service = [ load-balancer-ip ], selector.match-labels { app = web } }
                        ]
                      }
                      four { address = "192.0.2.2", families = [ ipv4 ] }
                      six { address = "2001:db8::2", families = [ ipv6 ] }
                    }
                  }
                }
                """.formatted(directory, routerAs);
    }

    private static BgpDaemon daemon(Tool tool, Namespace router, long as) {
        return switch (tool) {
            case FRR -> Frr.start(router, """
                    router bgp %1$d
                     bgp router-id 192.0.2.2
                     no bgp ebgp-requires-policy
                     no bgp default ipv4-unicast
                     neighbor %2$s remote-as 65001
                     neighbor %3$s remote-as 65001
                     address-family ipv4 unicast
                      neighbor %2$s activate
                     exit-address-family
                     address-family ipv6 unicast
                      neighbor %3$s activate
                     exit-address-family
                    """.formatted(as, NODE_V4, NODE_V6));
            case BIRD -> Bird.start(router, """
                    router id 192.0.2.2;
                    protocol device { }
                    protocol bgp four { local 192.0.2.2 as %1$d; neighbor %2$s as 65001; ipv4 { import all; export all; }; }
                    protocol bgp six { local 2001:db8::2 as %1$d; neighbor %3$s as 65001; ipv6 { import all; export all; }; }
                    """.formatted(as, NODE_V4, NODE_V6));
            default -> Gobgp.start(router, """
                    [global.config]
                    as = %1$d
                    router-id = "192.0.2.2"
                    """.formatted(as) + neighbor(NODE_V4, "ipv4") + neighbor(NODE_V6, "ipv6"));
        };
    }

    private static String neighbor(String address, String family) {
        return """
                [[neighbors]]
                [neighbors.config]
                neighbor-address = "%s"
                peer-as = 65001
                [neighbors.timers.config]
                connect-retry = 1
                [[neighbors.afi-safis]]
                [neighbors.afi-safis.config]
                afi-safi-name = "%s-unicast"
                """.formatted(address, family);
    }
}
