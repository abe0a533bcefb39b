package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The lab's steps in their order, each at the router, whatever the agents read the cluster from. Steps B1 to B8 are sessions and Pod CIDRs, C1 to C5 a Service's
 * address.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(150)
abstract class SeedLabSteps {

    private static final String ADDRESS = "172.16.1.1/32";
    private static final Pattern END_OF_RIB = Pattern.compile("rcvd End-of-RIB for IPv4 Unicast from (\\S+)");
    private static final Set<String> ALL = Set.copyOf(SeedLab.NODES.values());
    private static final Set<String> ALL_BUT_W0 = Set.of("192.168.10.100", "192.168.10.101");

    SeedLab lab;

    /** Brings it up. */
    abstract SeedLab lab();

    /** What the node's agent reports as the status of its CiliumBGPNodeConfig, in YAML; empty when it reports none. */
    abstract String nodeStatus(String node);

    @BeforeAll
    void up() {
        lab = lab();
    }

    @AfterAll
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    @Order(1)
    void b1AllThreeNodesConnectOutAndEndTheirFirstTable() {
        assertThat(SeedLab.NODES.keySet()).allMatch(lab::established);
        eventually(SeedLab.SOON, () -> assertThat(endsOfRib(lab.routerLog())).isEqualTo(ALL));
        for (var node : SeedLab.NODES.keySet()) {
            assertThat(lab.on(node, "ss", "-Hltn")).as("listeners on " + node).doesNotContain(":179 ");
        }
        var neighbor = lab.router("show bgp neighbors 192.168.10.101").path("192.168.10.101");
        assertThat(neighbor.path("bgpTimerHoldTimeMsecs").asInt()).isEqualTo(9_000);
        assertThat(neighbor.path("bgpTimerKeepAliveIntervalMsecs").asInt()).isEqualTo(3_000);
        assertThat(neighbor.path("gracefulRestartInfo").path("timers").path("receivedRestartTimer").asInt()).isEqualTo(15);
    }

    @Test
    @Order(2)
    void b2EveryPodCidrIsRoutedToItsNode() {
        eventually(SeedLab.SOON, this::assertPodCidrs);
        var kernel = lab.on("router", "ip", "route", "show", "proto", "bgp");
        assertThat(kernel).contains("172.20.0.0/24", "172.20.1.0/24", "172.20.2.0/24");
        assertThat(lab.on("router", "ip", "route").lines().filter(line -> line.startsWith("172.20."))).hasSize(3)
                .allSatisfy(line -> assertThat(line).contains("proto bgp metric 20"));
        for (var node : SeedLab.NODES.keySet()) {
            assertThat(lab.neighbor(node).path("pfxRcd").asInt()).as("received from " + node).isEqualTo(1);
            eventually(SeedLab.SOON, () -> assertThat(lab.neighbor(node).path("pfxSnt").asInt()).as("sent to " + node).isEqualTo(4));
            assertThat(lab.paths(SeedLab.POD_CIDRS.get(node))).singleElement().satisfies(path -> {
                assertThat(path.path("aspath").path("string").asText()).isEqualTo("65001");
                assertThat(path.path("origin").asText()).isEqualTo("IGP");
                assertThat(path.path("peer").path("peerId").asText()).isEqualTo(SeedLab.NODES.get(node));
            });
        }
    }

    @Test
    @Order(3)
    void b3TheCommandLineShowsARowPerNodeThatAgreesWithTheRouter() {
        var peers = byNode(lab.everyNode("bgp", "peers"));
        assertThat(peers.keySet()).isEqualTo(SeedLab.NODES.keySet());
        peers.forEach((node, peer) -> {
            var status = peer.path("status");
            assertThat(status.path("local-asn").asLong()).isEqualTo(65001);
            assertThat(status.path("peer-asn").asLong()).isEqualTo(65000);
            assertThat(status.path("peer-address").asText()).isEqualTo("192.168.10.200");
            assertThat(status.path("state").asText()).isEqualTo("established");
            assertThat(peer.path("uptime-millis").asLong()).isPositive();
            var family = status.path("families").path("ipv4/unicast");
            assertThat(family.path("received").asInt()).isEqualTo(4).isEqualTo(lab.neighbor(node).path("pfxSnt").asInt());
            assertThat(family.path("advertised").asInt()).isEqualTo(lab.neighbor(node).path("pfxRcd").asInt());
        });
        var own = SeedLab.elements(lab.everyNode("bgp", "routes", "available", "ipv4", "unicast"))
                .filter(route -> route.path("peer").asText().isEmpty()).toList();
        assertThat(own.stream().collect(Collectors.toMap(route -> route.path("node").asText(), route -> route.path("prefix").asText())))
                .isEqualTo(SeedLab.POD_CIDRS);
        assertThat(own).allSatisfy(route -> {
            assertThat(route.path("attributes").path("next-hop").asText()).isEqualTo("0.0.0.0");
            assertThat(route.path("attributes").path("origin").asText()).isEqualTo("igp");
            assertThat(route.path("age-millis").asLong()).isPositive();
        });
    }

    @Test
    @Order(4)
    void b4TheDefaultRouteThatLosesPacketsToOtherNodesPodsIsNamed() {
        eventually(SeedLab.SOON, () -> assertThat(
                SeedLab.elements(lab.roadstead("k8s-ctr", "status").path("problems")).map(JsonNode::asText)).singleElement().asString()
                .contains("default route through eth0", "this node's address 192.168.10.100 is on eth1", "172.20.1.0/24 (k8s-w1)",
                        "172.20.2.0/24 (k8s-w0)"));
        for (var node : SeedLab.NODES.keySet()) { // whoever leads
            eventually(SeedLab.SOON, () -> assertThat(
                    SeedLab.elements(lab.roadstead(node, "status").path("problems")).map(JsonNode::asText)).as(node).singleElement()
                    .asString().contains("default route through eth0"));
        }
    }

    @Test
    @Order(5)
    void b4RoutesThatTheRouterTellsLeadToAllPodsWithoutOneMadeByHand() {
        SeedLab.NODES.keySet().forEach(node -> lab.configure(node,
                "roadstead { routes { installer = netlink, learned = [ \"172.20.0.0/16\" ] }, peer-protocols.bgp.allow-own-as = 1 }"));

        assertLearnedRoutes();
        eventually(SeedLab.SOON, () -> assertThat(Answers.of(lab, "curl-pod", "http://10.96.32.80/", 30).pods())
                .containsExactly("webpod-ctr", "webpod-w0", "webpod-w1"));
        for (var node : SeedLab.NODES.keySet()) {
            assertThat(SeedLab.elements(lab.roadstead(node, "status").path("problems")).map(JsonNode::asText)).as(node).isEmpty();
        }
    }

    @Test
    @Order(6)
    void b5AfterARestartOfTheRouterSessionsAndPrefixesComeBackByThemselves() {
        var seenBefore = lab.routerLog().length();

        lab.restart("router");

        lab.awaitSessions();
        eventually(SeedLab.SOON, this::assertPodCidrs);
        eventually(SeedLab.SOON, () -> assertThat(endsOfRib(lab.routerLog().substring(seenBefore))).isEqualTo(ALL));
        assertLearnedRoutes();
    }

    @Test
    @Order(7)
    void b6AndB7MaintenanceOfANodeEndsItsSessionAloneAndTheLabelBringsItBack() {
        var before = sessions("k8s-ctr", "k8s-w1");

        lab.apply("steps/node-w0-maintenance.yaml");

        eventually(SeedLab.SOON, () -> {
            assertThat(lab.neighbor("k8s-w0").path("state").asText()).isEqualTo("Active");
            assertThat(lab.gateways("172.20.2.0/24")).isEmpty();
            assertThat(learnedRoutes("k8s-ctr")).containsExactly("172.20.1.0/24 via 192.168.10.101");
            assertThat(learnedRoutes("k8s-w0")).as("a lost session takes its routes along").isEmpty();
        });
        assertSame(before);

        lab.apply("steps/node-w0-back.yaml");

        eventually(Duration.ofSeconds(10), this::assertPodCidrs);
        assertLearnedRoutes();
        assertSame(before);
    }

    @Test
    @Order(8)
    void aRestartOfTheAgentLeavesItsRoutesAlone() {
        try (var monitor = lab.start("k8s-w1", "ip", "monitor", "route")) {
            lab.awaitMark("k8s-w1", monitor, "10.254.1.0/24");

            lab.restart("k8s-w1");

            lab.awaitSessions();
            eventually(SeedLab.SOON, () -> assertThat(lab.on("k8s-w1", "curl", "-sS", "--max-time", "2", "http://172.20.2.10/"))
                    .contains("webpod-w0"));
            eventually(SeedLab.SOON, () -> assertThat(SeedLab.elements(lab.roadstead("k8s-w1", "route", "list"))).hasSize(2)
                    .allMatch(route -> route.path("origin").asText().equals("bgp") && route.path("refused").asText().isEmpty()));
            lab.awaitMark("k8s-w1", monitor, "10.254.2.0/24");
            assertThat(monitor.output()).doesNotContain("Deleted 172.20.");
        }
        assertLearnedRoutes();
    }

    @Test
    @Order(9)
    void b8EachNodesStatusIsReportedAndGoesWhenReportingIsSwitchedOff() {
        for (var node : SeedLab.NODES.keySet()) {
            eventually(SeedLab.SOON, () -> assertThat(nodeStatus(node)).contains("name: instance-65001", "name: tor-switch",
                    "peeringState: established", "establishedTime: ", "appliedHoldTimeSeconds: 9", "appliedKeepaliveSeconds: 3",
                    "routeCount:", "afi: ipv4", "safi: unicast", "received: 4", "advertised: 1"));
        }
        SeedLab.NODES.keySet().forEach(node -> lab.configure(node, "roadstead.bgp.status-report.enabled = false"));

        for (var node : SeedLab.NODES.keySet()) {
            eventually(SeedLab.SOON, () -> assertThat(nodeStatus(node)).isEmpty());
        }
        assertThat(SeedLab.NODES.keySet()).allMatch(lab::established);
    }

    @Test
    @Order(11)
    void c1APoolWithoutItsFirstAndLastAddressHas254() {
        lab.apply("steps/pool.yaml");

        eventually(SeedLab.SOON, () -> assertThat(pool("available")).isEqualTo(254));
    }

    @Test
    @Order(12)
    void c2AServiceOfTypeLoadBalancerGetsTheFirstAddress() {
        lab.apply("steps/webpod-loadbalancer.yaml");

        for (var node : SeedLab.NODES.keySet()) {
            eventually(SeedLab.SOON, () -> {
                var service = SeedLab.elements(lab.roadstead(node, "service", "list")).findFirst().orElseThrow();
                assertThat(service.path("load-balancer-ips")).singleElement().extracting(JsonNode::asText).isEqualTo("172.16.1.1");
                var frontends = SeedLab.elements(service.path("frontends")).toList();
                assertThat(frontends).extracting(frontend -> frontend.path("type").asText()).containsExactlyInAnyOrder("ClusterIP",
                        "NodePort", "LoadBalancer");
                assertThat(frontends).anyMatch(frontend -> frontend.path("address").asText().equals("172.16.1.1")
                        && frontend.path("port").asInt() == 80 && frontend.path("type").asText().equals("LoadBalancer"));
                assertThat(frontends).allSatisfy(frontend -> assertThat(frontend.path("backends"))
                        .extracting(backend -> backend.path("address").asText())
                        .containsExactlyInAnyOrder("172.20.0.10", "172.20.1.10", "172.20.2.10"));
            });
        }
        assertThat(pool("available")).isEqualTo(253);
        assertThat(lab.gateways(ADDRESS)).as("announced without an advertisement").isEmpty();
    }

    @Test
    @Order(13)
    void c3TheAddressIsAnnouncedByEveryNode() {
        var before = sessions("k8s-ctr", "k8s-w1", "k8s-w0");

        lab.apply("steps/advertisement-service.yaml");

        eventually(SeedLab.SOON, () -> assertThat(lab.gateways(ADDRESS)).isEqualTo(ALL));
        assertThat(lab.paths(ADDRESS)).hasSize(3)
                .allSatisfy(path -> assertThat(path.path("aspath").path("string").asText()).isEqualTo("65001"));
        for (var node : SeedLab.NODES.keySet()) {
            var exports = SeedLab.elements(lab.roadstead(node, "bgp", "route-policies"))
                    .filter(policy -> policy.path("type").asText().equals("export")).toList();
            assertThat(exports).extracting(policy -> policy.path("name").asText()).containsExactlyInAnyOrder("tor-switch-ipv4-PodCIDR",
                    "tor-switch-ipv4-Service-webpod-default-LoadBalancerIP");
            assertThat(exports).allSatisfy(policy -> {
                assertThat(policy.path("peers")).singleElement().extracting(JsonNode::asText).isEqualTo("192.168.10.200");
                assertThat(policy.path("families")).singleElement().extracting(JsonNode::asText).isEqualTo("ipv4/unicast");
            });
        }
        assertSame(before);
    }

    @Test
    @Order(14)
    void c4WithPolicyClusterANodeWithoutABackendAnnouncesToo() {
        lab.apply("steps/webpod-two-replicas.yaml");

        eventually(SeedLab.SOON, () -> assertThat(lab.roadstead("k8s-w0", "service", "list").path(0).path("frontends").path(0)
                .path("backends")).hasSize(2)); // it knows by now, and still
        assertThat(lab.gateways(ADDRESS)).isEqualTo(ALL);
    }

    @Test
    @Order(15)
    void c5WithPolicyLocalOnlyNodesWithABackendAnnounce() {
        lab.apply("steps/webpod-local.yaml");

        eventually(SeedLab.SOON, () -> assertThat(lab.gateways(ADDRESS)).isEqualTo(ALL_BUT_W0));
        assertThat(lab.paths(ADDRESS)).hasSize(2);
        assertPodCidrs();

        lab.apply("steps/webpod-two-replicas.yaml");

        eventually(SeedLab.SOON, () -> assertThat(lab.gateways(ADDRESS)).isEqualTo(ALL));
    }

    private void assertLearnedRoutes() {
        eventually(SeedLab.SOON, () -> {
            assertThat(learnedRoutes("k8s-ctr")).containsExactlyInAnyOrder("172.20.1.0/24 via 192.168.10.101",
                    "172.20.2.0/24 via 192.168.10.200");
            assertThat(learnedRoutes("k8s-w1")).containsExactlyInAnyOrder("172.20.0.0/24 via 192.168.10.100",
                    "172.20.2.0/24 via 192.168.10.200");
            assertThat(learnedRoutes("k8s-w0")).containsExactlyInAnyOrder("172.20.0.0/24 via 192.168.20.200",
                    "172.20.1.0/24 via 192.168.20.200");
        });
    }

    /** Those of our protocol number in the node's main table. */
    private List<String> learnedRoutes(String node) {
        return SeedLab.elements(SeedLab.json(lab.on(node, "ip", "-j", "route", "show", "proto", "88")))
                .map(route -> route.path("dst").asText() + " via " + route.path("gateway").asText()).toList();
    }

    private void assertPodCidrs() {
        SeedLab.NODES
                .forEach((node, address) -> assertThat(lab.gateways(SeedLab.POD_CIDRS.get(node))).as(node).isEqualTo(Set.of(address)));
    }

    private int pool(String count) {
        var pools = lab.roadstead("k8s-ctr", "ippool", "list");
        assertThat(pools).singleElement().extracting(pool -> pool.path("name").asText()).isEqualTo("cilium-pool");
        return pools.path(0).path(count).asInt();
    }

    private record Session(List<Integer> counts, long since) {
    }

    private Map<String, Session> sessions(String... nodes) {
        var sessions = new HashMap<String, Session>();
        for (var node : nodes) {
            sessions.put(node, new Session(lab.sessionCounts(node), lab.establishedEpoch(node)));
        }
        return sessions;
    }

    /** Their uptime ran on. */
    private void assertSame(Map<String, Session> before) {
        before.forEach((node, session) -> {
            assertThat(lab.sessionCounts(node)).as(node).isEqualTo(session.counts());
            assertThat(lab.establishedEpoch(node)).as(node).isCloseTo(session.since(), within(1L));
        });
    }

    private static Map<String, JsonNode> byNode(JsonNode rows) {
        return SeedLab.elements(rows).collect(Collectors.toMap(row -> row.path("node").asText(), row -> row));
    }

    private static Set<String> endsOfRib(String log) {
        var senders = new HashSet<String>();
        END_OF_RIB.matcher(log).results().forEach(match -> senders.add(match.group(1)));
        return senders;
    }
}
