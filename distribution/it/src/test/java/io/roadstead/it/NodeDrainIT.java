package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.it.OpenConnections.Connection;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/**
 * A node is drained and put back while a router spreads connections over three: new ones come all the time, and some stay open throughout. The router is to be told that the
 * node is shutting down before it is told that the routes have gone.
 */
@Timeout(240)
final class NodeDrainIT {

    private static final String NODE = "k8s-w0";
    private static final String ADDRESS = "172.16.1.1/32";
    private static final String POD_CIDR = SeedLab.POD_CIDRS.get(NODE);
    private static final Set<String> ALL = Set.copyOf(SeedLab.NODES.values());
    private static final Set<String> OTHERS = Set.of("192.168.10.100", "192.168.10.101");
    /** Long enough to ask the router in between on a busy machine. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int PER_SECOND = 100;
    private static final int MOST = 20_000;
    private static final int OPEN = 600;
    /** What the operator's guide gives to those whose router does not do it by itself; FRR does, on sessions with another AS. */
    private static final List<String> ROUTE_MAP = List.of("bgp community-list standard NODE-DRAINING permit 65535:0",
            "route-map FROM-NODES permit 10", "match community NODE-DRAINING", "set local-preference 0", "route-map FROM-NODES permit 20",
            "router bgp 65000", "address-family ipv4 unicast", "neighbor CILIUM route-map FROM-NODES in");

    @Test
    void underMaglevAndDsrNoConnectionIsLostAndTheRouterHearsOfTheShutdownFirst() throws Exception {
        try (var lab = new Drained("dispatch = dsr, algorithm = maglev", false)) {
            var outcome = lab.drainAndBack();

            assertThat(outcome.failures).isEmpty();
            assertThat(outcome.lost).as("open connections that did not live on").isEmpty();
        }
    }

    /** The reply's way back is kept on the node that the connection came through, so that those that change nodes break. */
    @Test
    void underSnatConnectionsBreakThatTheRouterMovesAndNoOther() throws Exception {
        try (var lab = new Drained("dispatch = snat, algorithm = maglev", true)) {
            var outcome = lab.drainAndBack();

            assertThat(outcome.failures).as("only what was under way when the router moved it").hasSizeLessThanOrEqualTo(10)
                    .allMatch(failure -> !failure.contains("connecting"));
            assertThat(outcome.lost).as("those through the drained node break, or nothing was moved").isNotEmpty();
        }
    }

    /** What became of new connections, and which of the open ones did not live on. */
    private record Outcome(List<String> failures, List<Connection> lost) {
    }

    /** The seed lab with echo servers for web servers. */
    private static final class Drained implements AutoCloseable {

        private final SeedLab lab;
        private final String balancing;
        private final List<EchoServer> servers = new ArrayList<>();
        private final InetSocketAddress target = new InetSocketAddress("172.16.1.1", EchoService.PORT);

        Drained(String balancing, boolean routeMap) {
            Labs.require(Tool.FRR, Tool.CURL, Tool.JQ, Tool.MOUNT, Tool.TCPDUMP, Tool.TSHARK);
            this.balancing = balancing;
            lab = SeedLab.up(PackagedTree.asBuilt());
            try {
                prepare(routeMap);
            } catch (RuntimeException | AssertionError e) {
                lab.close();
                throw e;
            }
        }

        private void prepare(boolean routeMap) {
            lab.on("router", "sysctl", "-qw", "net.ipv4.fib_multipath_hash_policy=1");
            vtysh(List.of("debug bgp updates in"));
            if (routeMap) {
                vtysh(Stream.concat(Stream.of("configure terminal"), ROUTE_MAP.stream()).toList());
            }
            for (var node : SeedLab.NODES.entrySet()) {
                // as in SeedLabTrafficIT: without it packets to other nodes' pods leave by eth0
                lab.on(node.getKey(), "ip", "route", "add", "172.20.0.0/16", "via", node.getValue().replaceFirst("\\.\\d+$", ".200"));
                lab.configure(node.getKey(),
                        "roadstead.load-balancer { " + balancing + " }\nroadstead.dispatch-modes.dsr.dispatch = geneve\n"
                                + "roadstead.maintenance.grace-period = " + GRACE.toSeconds() + "s");
            }
            for (var pod : List.of("webpod-ctr", "webpod-w1", "webpod-w0")) {
                servers.add(EchoServer.start(lab.namespace(pod), pod, EchoService.PORT));
            }
            lab.apply("steps/pool.yaml", "steps/advertisement-service.yaml");
            lab.applyText(EchoService.manifests("",
                    SeedLab.NODES.keySet().stream().sorted().map(node -> new EchoService.Endpoint(node, "")).toList()));
            awaitGateways(ALL);
            eventually(SeedLab.SOON, () -> OpenConnections.open(lab.namespace("client"), target, 60).close());
        }

        Outcome drainAndBack() throws IOException, InterruptedException {
            var captures = new HashMap<String, Capture>();
            SeedLab.NODES.keySet().forEach(node -> captures.put(node,
                    Capture.start(lab, node, "eth1", "dst host 172.16.1.1 and tcp[tcpflags] & tcp-syn != 0")));
            try (var open = OpenConnections.open(lab.namespace("client"), target, OPEN)) {
                var entered = new HashMap<String, Set<String>>();
                captures.forEach((node, capture) -> entered.put(node, ports(capture)));
                try (var stream = ConnectionStream.start(lab.namespace("client"), target, PER_SECOND, MOST)) {
                    stream.awaitMore(2 * PER_SECOND);
                    drain(stream);
                    var drained = Set.copyOf(open.living(20_000));
                    restart(stream);
                    undrain(stream);
                    stream.stop();
                    var back = Set.copyOf(open.living(20_000));
                    report(stream, open, entered, drained, back);
                    return new Outcome(stream.failures(), open.all().stream().filter(connection -> !back.contains(connection)).toList());
                }
            } finally {
                captures.values().forEach(Capture::close);
            }
        }

        private static Set<String> ports(Capture capture) {
            var ports = new HashSet<String>();
            capture.rows("tcp", "tcp.srcport").forEach(row -> ports.add(row.getFirst()));
            return ports;
        }

        private void drain(ConnectionStream stream) {
            var sessions = lab.sessionCounts(NODE);
            assertThat(lab.roadstead(NODE, "node", "drain", "--reason", "kernel update").path("phase").asText()).isEqualTo("shutting-down");

            awaitGateways(OTHERS);
            assertThat(path(ADDRESS)).as("the router has moved away while the node still announces").isNotNull();
            assertMarked(ADDRESS);
            assertMarked(POD_CIDR);
            var advertised = lab.on(NODE, "roadstead", "bgp", "routes", "advertised", "ipv4", "unicast");
            assertThat(advertised.lines().filter(line -> line.contains(ADDRESS) || line.contains(POD_CIDR))).hasSize(2)
                    .allMatch(line -> line.contains("65535:0"));

            assertThat(lab.roadstead(NODE, "node", "drain", "--reason", "kernel update", "--wait").path("phase").asText())
                    .isEqualTo("drained");
            eventually(SeedLab.SOON, () -> assertThat(path(ADDRESS)).isNull());
            assertMarked(POD_CIDR);
            assertThat(lab.gateways(ADDRESS)).isEqualTo(OTHERS);
            assertThat(lab.sessionCounts(NODE)).isEqualTo(sessions);
            var heard = heardOf(ADDRESS);
            assertThat(heard.subList(heard.indexOf("marked"), heard.size())).as("what the router heard: %s", heard)
                    .containsExactly("marked", "withdrawn");
            assertThat(lab.on(NODE, "roadstead", "explain", "service", "default/webpod")).contains("NODE_DRAINED", "kernel update",
                    "roadstead node undrain");
            assertThat(lab.on(NODE, "roadstead", "status")).contains("Maintenance: drained").doesNotContain("Problems");
            eventually(SeedLab.SOON, () -> assertThat(SeedLab.read(lab.nodeStatus(NODE))).contains("roadstead.io/Draining", "Drained"));
            stream.awaitMore(PER_SECOND);
        }

        private void restart(ConnectionStream stream) {
            var before = heardOf(ADDRESS);
            lab.restart(NODE);
            lab.awaitSessions();
            eventually(SeedLab.SOON, () -> assertMarked(POD_CIDR));
            assertThat(lab.roadstead(NODE, "node", "status").path("phase").asText()).isEqualTo("drained");
            assertThat(heardOf(ADDRESS)).as("a restart announces nothing in between").isEqualTo(before);
            stream.awaitMore(PER_SECOND);
        }

        private void undrain(ConnectionStream stream) {
            assertThat(lab.roadstead(NODE, "node", "undrain").path("phase").asText()).isEqualTo("active");
            awaitGateways(ALL);
            eventually(SeedLab.SOON, () -> assertThat(Stream.of(ADDRESS, POD_CIDR).map(this::path))
                    .noneMatch(path -> path == null || path.has("community")));
            stream.awaitMore(2 * PER_SECOND);
        }

        private void report(ConnectionStream stream, OpenConnections open, Map<String, Set<String>> entered, Set<Connection> drained,
                Set<Connection> back) {
            System.out.println("drain under " + balancing + ": " + stream + " " + stream.failures());
            entered.forEach((node, ports) -> {
                var through = open.all().stream().filter(connection -> ports.contains(String.valueOf(connection.localPort()))).toList();
                System.out.println("  of " + through.size() + " open connections through " + node + " "
                        + through.stream().filter(drained::contains).count() + " live on when it is drained, "
                        + through.stream().filter(back::contains).count() + " when it is back");
            });
        }

        private void awaitGateways(Set<String> gateways) {
            eventually(SeedLab.SOON, () -> assertThat(lab.gateways(ADDRESS)).isEqualTo(gateways));
        }

        /** The router's path to the prefix through the node; null when it has none. */
        private @Nullable JsonNode path(String prefix) {
            return lab.paths(prefix).filter(path -> path.path("peer").path("peerId").asText().equals(SeedLab.NODES.get(NODE))).findFirst()
                    .orElse(null);
        }

        private void assertMarked(String prefix) {
            var path = path(prefix);
            assertThat(path).as("the router's path to %s", prefix).isNotNull();
            assertThat(path.path("community").path("string").asText()).isIn("65535:0", "graceful-shutdown");
            assertThat(path.path("locPrf").asInt(-1)).isZero();
        }

        /** What the router's log says that it was told of the prefix by the node: plain, marked or withdrawn, repetitions left out. */
        private List<String> heardOf(String prefix) {
            var heard = new ArrayList<String>();
            var attributes = "plain";
            var address = SeedLab.NODES.get(NODE);
            for (var line : lab.routerLog().lines().filter(line -> line.contains(address)).toList()) {
                if (line.contains("rcvd UPDATE w/ attr")) {
                    attributes = line.contains("65535:0") || line.contains("graceful-shutdown") ? "marked" : "plain";
                } else if (line.contains(" " + prefix)) {
                    var now = line.contains("withdrawn") ? "withdrawn" : attributes;
                    if (heard.isEmpty() || !heard.getLast().equals(now)) {
                        heard.add(now);
                    }
                }
            }
            return heard;
        }

        private void vtysh(List<String> commands) {
            lab.on("router", Stream.concat(Stream.of("vtysh"), commands.stream().flatMap(command -> Stream.of("-c", command)))
                    .toArray(String[]::new));
        }

        @Override
        public void close() throws IOException {
            lab.close();
            for (var server : servers) {
                server.close();
            }
        }
    }
}
