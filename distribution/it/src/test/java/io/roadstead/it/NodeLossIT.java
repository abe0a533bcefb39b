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
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.it.OpenConnections.Connection;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/**
 * A node is lost under 2,000 open connections that a router spreads over three: it stops hearing from the node, takes its route out, and spreads what is there
 * anew, by which also connections of the other nodes change nodes. One that meets a node that has never seen it lives on only if that node finds its backend.
 */
@Timeout(180)
final class NodeLossIT {

    private static final int CONNECTIONS = 2_000;
    private static final String LOST = "k8s-w0";
    private static final Map<String, String> PODS = Map.of("webpod-ctr", "k8s-ctr", "webpod-w1", "k8s-w1", "webpod-w0", LOST);

    @Test
    void underMaglevConnectionsToSurvivingBackendsLiveOn() throws Exception {
        var shares = lose("maglev");

        assertThat(shares.throughSurvivors).isGreaterThanOrEqualTo(0.99);
        assertThat(shares.throughTheLost).isGreaterThanOrEqualTo(0.99);
    }

    /** Why it matters: a node that chooses by chance sends what it does not know anywhere. */
    @Test
    void underRandomThoseThatChangeNodesBreak() throws Exception {
        var shares = lose("random");

        assertThat(shares.throughTheLost).isLessThan(0.9);
    }

    private static Shares lose(String algorithm) throws IOException, InterruptedException {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ, Tool.MOUNT, Tool.TCPDUMP, Tool.TSHARK);
        var servers = new ArrayList<EchoServer>();
        try (var lab = SeedLab.up(PackagedTree.asBuilt())) {
            lab.on("router", "sysctl", "-qw", "net.ipv4.fib_multipath_hash_policy=1");
            SeedLab.NODES.keySet().forEach(node -> lab.configure(node,
                    "roadstead.load-balancer { dispatch = dsr, algorithm = " + algorithm
                            + " }\nroadstead.dispatch-modes.dsr.dispatch = geneve"));
            PODS.keySet().forEach(pod -> servers.add(EchoServer.start(lab.namespace(pod), pod, EchoService.PORT)));
            lab.apply("steps/pool.yaml", "steps/advertisement-service.yaml");
            lab.applyText(service("k8s-ctr", "k8s-w1", LOST));
            eventually(SeedLab.SOON, () -> assertThat(lab.gateways("172.16.1.1/32")).hasSize(3));
            var target = new InetSocketAddress("172.16.1.1", EchoService.PORT);
            eventually(SeedLab.SOON, () -> OpenConnections.open(lab.namespace("client"), target, 20).close());
            return lose(lab, target, algorithm);
        } finally {
            for (var server : servers) {
                server.close();
            }
        }
    }

    private static Shares lose(SeedLab lab, InetSocketAddress target, String algorithm) throws IOException, InterruptedException {
        var captures = new HashMap<String, Capture>();
        SeedLab.NODES.keySet()
                .forEach(node -> captures.put(node,
                        Capture.start(lab, node, "eth1", "dst host 172.16.1.1 and tcp[tcpflags] & tcp-syn != 0")));
        try (var connections = OpenConnections.open(lab.namespace("client"), target, CONNECTIONS)) {
            var entered = new HashMap<String, Set<String>>();
            captures.forEach((node, capture) -> {
                var ports = new HashSet<String>();
                capture.rows("tcp", "tcp.srcport").forEach(row -> ports.add(row.getFirst()));
                entered.put(node, ports);
            });
            assertThat(connections.living(10_000)).as("before the loss").hasSize(CONNECTIONS);

            lab.on("fabric", "ip", "link", "set", "dev", LOST + "-eth1", "down");
            eventually(Duration.ofSeconds(40), () -> assertThat(lab.gateways("172.16.1.1/32")).hasSize(2));
            lab.applyText(service("k8s-ctr", "k8s-w1"));
            for (var node : List.of("k8s-ctr", "k8s-w1")) {
                eventually(SeedLab.SOON,
                        () -> assertThat(lab.roadstead(node, "service", "list").path(0).path("frontends").path(0).path("backends"))
                                .hasSize(2));
            }
            var living = Set.copyOf(connections.living(20_000));

            Predicate<Connection> backendIsThere = connection -> !PODS.getOrDefault(connection.pod(), LOST).equals(LOST);
            Predicate<Connection> cameThroughTheLost =
                    connection -> entered.getOrDefault(LOST, Set.of()).contains(String.valueOf(connection.localPort()));
            var survivors = connections.all().stream().filter(backendIsThere.and(cameThroughTheLost.negate())).toList();
            var moved = connections.all().stream().filter(backendIsThere.and(cameThroughTheLost)).toList();
            System.out.printf(
                    "node loss under %s: of %d connections to surviving backends through surviving nodes %d live on, of %d through the lost node %d%n",
                    algorithm, survivors.size(), survivors.stream().filter(living::contains).count(), moved.size(),
                    moved.stream().filter(living::contains).count());
            assertThat(survivors).as("the router spreads connections").hasSizeGreaterThan(CONNECTIONS / 4);
            assertThat(moved).hasSizeGreaterThan(CONNECTIONS / 10);
            return new Shares(share(survivors, living), share(moved, living));
        } finally {
            captures.values().forEach(Capture::close);
        }
    }

    private static double share(List<Connection> of, Set<Connection> living) {
        return (double) of.stream().filter(living::contains).count() / of.size();
    }

    /** Of connections to backends that are still there, those that live on. */
    private record Shares(double throughSurvivors, double throughTheLost) {
    }

    private static String service(String... nodes) {
        return EchoService.manifests("", Stream.of(nodes).map(node -> new EchoService.Endpoint(node, "")).toList());
    }
}
