package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** The lab's steps in their order, steps D1 to D7, and what becomes of the mesh when an agent or an etcd's data is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(180)
final class MeshLabIT {

    private static final String ALL_PODS = "west-webpod-1 west-webpod-2 east-webpod-1 east-webpod-2";
    private static final String EAST_PODS = "east-webpod-1 east-webpod-2";
    private static final String WEST_PODS = "west-webpod-1 west-webpod-2";

    /** What begins with a pause between two attempts may take as long as that. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private MeshLab lab;

    @BeforeAll
    void up() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL, Tool.OPENSSL, Tool.CURL, Tool.PING, Tool.MOUNT, Tool.NFT);
        lab = MeshLab.up(PackagedTree.asBuilt());
    }

    @AfterAll
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    @Order(1)
    void d1EveryNodeHasReadTheWholeOfTheOtherCluster() {
        MeshLab.NODES.keySet().forEach(node -> {
            var other = MeshLab.other(MeshLab.clusterOf(node));
            var remote = lab.remote(node);
            assertThat(counts(remote)).as(node).isEqualTo("2 nodes, 4 endpoints, 3 identities, 0 services");
            assertThat(remote.path("store").path("failures").asInt()).isZero();
            assertThat(remote.path("store").path("connected").asBoolean()).isTrue();
            assertThat(remote.path("store").path("endpoints")).singleElement()
                    .matches(endpoint -> endpoint.path("connected").asBoolean());
            assertThat(remote.path("store").path("store-id").asText()).isEqualTo(lab.etcdClusterId(other));
            assertThat(remote.path("configured").path("required").asBoolean()).isTrue();
            assertThat(remote.path("configured").path("retrieved").asBoolean()).isTrue();
            assertThat(remote.path("configured").path("cluster-id").asInt()).isEqualTo(other.equals(MeshLab.WEST) ? 1 : 2);
            assertThat(remote.path("configured").path("synced-canaries").asBoolean()).isTrue();
            assertThat(ScriptedLab.elements(remote.path("synced"))).hasSize(4).allMatch(JsonNode::asBoolean);
            assertThat(remote.path("refused").asInt()).isZero();
            assertThat(lab.roadstead(node, "status").path("mesh").toString()).isEqualTo("{\"ready\":1,\"remotes\":1}");

            assertThat(lab.on(node, "roadstead", "mesh", "status")).contains("1/1 remote clusters ready",
                    other + ": ready, 2 nodes, 4 endpoints, 3 identities, 0 services, 0 reconnections",
                    "etcd: 1/1 connected", "ID: " + lab.etcdClusterId(other),
                    "remote configuration: expected=true, retrieved=true, cluster-id=" + (other.equals(MeshLab.WEST) ? 1 : 2),
                    "synchronization status: nodes=true, endpoints=true, identities=true, services=true");
        });
        MeshLab.CLUSTERS.forEach(cluster -> assertThat(lab.publishers(cluster)).as(cluster).hasSize(1));
    }

    @Test
    @Order(2)
    void d2EveryNodeRoutesTheOthersPodCidrsThroughTheirAddresses() {
        MeshLab.NODES.keySet().forEach(node -> {
            var expected = new TreeMap<String, String>();
            MeshLab.POD_CIDRS.forEach((other, podCidr) -> expected.put(podCidr, MeshLab.NODES.get(other)));
            expected.remove(MeshLab.POD_CIDRS.get(node));
            eventually(ScriptedLab.SOON, () -> assertThat(routes(node)).as(node).isEqualTo(expected));
        });
        assertThat(lab.on("west-curl-pod", "ping", "-c", "1", "-W", "5", "10.1.1.1")).contains("1 received");
    }

    @Test
    @Order(3)
    void d3TheNodesOfBothClustersAreListed() {
        MeshLab.NODES.keySet().forEach(node -> {
            var nodes = ScriptedLab.elements(lab.roadstead(node, "node", "list")).toList();
            assertThat(nodes).hasSize(4).allSatisfy(row -> {
                var name = row.path("name").asText();
                assertThat(row.path("cluster").asText()).isEqualTo(MeshLab.clusterOf(name));
                assertThat(row.path("addresses").path(0).asText()).isEqualTo(MeshLab.NODES.get(name));
                assertThat(row.path("pod-cidrs").path(0).asText()).isEqualTo(MeshLab.POD_CIDRS.get(name));
                assertThat(row.path("source").asText()).isEqualTo(name.equals(node) ? "local"
                        : MeshLab.clusterOf(name).equals(MeshLab.clusterOf(node)) ? "cluster" : "clustermesh");
            });
        });
    }

    @Test
    @Order(4)
    void d4AGlobalServiceHasTheBackendsOfBothClustersBehindEachOnesOwnAddress() {
        for (var cluster : MeshLab.CLUSTERS) {
            lab.apply(cluster, "webpod.yaml");
            lab.scale(cluster, 2);
        }

        lab.awaitBackends(ALL_PODS);
        MeshLab.NODES.keySet().forEach(node -> {
            assertThat(lab.backends(node)).extracting(backend -> backend.path("cluster").asText()).containsOnly("",
                    MeshLab.other(MeshLab.clusterOf(node)));
            assertThat(lab.remote(node).path("counts").path("services").asInt()).isEqualTo(1);
            assertThat(lab.remote(node).path("counts").path("endpoints").asInt()).isEqualTo(6);
        });
        MeshLab.CLUSTERS.forEach(cluster -> {
            var answers = Answers.of(lab, cluster + "-curl-pod", url(cluster), 60);
            assertThat(answers.pods()).isEqualTo(words(ALL_PODS));
            assertThat(answers.clients()).as("nothing is masqueraded").containsExactly(cluster.equals(MeshLab.WEST) ? "10.0.0.20"
                    : "10.1.0.20");
        });
    }

    @Test
    @Order(5)
    void d5NoRequestFailsWhileWestIsScaledAndEastsEtcdRestarts() {
        try (var load = CurlLoad.start(lab, "west-curl-pod", url(MeshLab.WEST), 50)) {
            assertThat(load.next(100)).isEqualTo(words(ALL_PODS));

            lab.scale(MeshLab.WEST, 1);
            lab.awaitBackends("west-webpod-1 " + EAST_PODS);
            assertThat(load.next(100)).isEqualTo(words("west-webpod-1 " + EAST_PODS));

            lab.scale(MeshLab.WEST, 0);
            lab.awaitBackends(EAST_PODS);
            assertThat(load.next(100)).isEqualTo(words(EAST_PODS));

            lab.restartEtcd(MeshLab.EAST);
            MeshLab.NODES.keySet().forEach(lab::awaitReady);
            assertThat(load.next(50)).isEqualTo(words(EAST_PODS));

            lab.scale(MeshLab.WEST, 2);
            lab.awaitBackends(ALL_PODS);
            assertThat(load.next(100)).isEqualTo(words(ALL_PODS));

            System.out.println("d5: " + load.answered() + " requests answered");
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    @Order(6)
    void d6AffinitySaysWhoseBackendsArePreferred() {
        lab.apply(MeshLab.WEST, "webpod-affinity-local.yaml");
        eventually(ScriptedLab.SOON, () -> assertThat(preferred("west-control-plane")).isEqualTo(words(WEST_PODS)));
        assertThat(lab.backendPods("west-control-plane")).isEqualTo(words(ALL_PODS));
        assertThat(lab.on("west-control-plane", "roadstead", "service", "list", "--clustermesh-affinity").lines()
                .filter(line -> line.contains("(preferred)"))).hasSize(2).allMatch(line -> line.contains("10.0."));
        assertThat(Answers.of(lab, "west-curl-pod", url(MeshLab.WEST), 30).pods()).isEqualTo(words(WEST_PODS));
        assertThat(Answers.of(lab, "east-curl-pod", url(MeshLab.EAST), 60).pods()).as("each cluster decides for itself")
                .isEqualTo(words(ALL_PODS));

        lab.scale(MeshLab.WEST, 0);
        assertThat(Answers.of(lab, "west-curl-pod", url(MeshLab.WEST), 30).pods()).isEqualTo(words(EAST_PODS));

        lab.scale(MeshLab.WEST, 2);
        lab.apply(MeshLab.WEST, "webpod-affinity-remote.yaml");
        eventually(ScriptedLab.SOON, () -> assertThat(preferred("west-control-plane")).isEqualTo(words(EAST_PODS)));
        assertThat(Answers.of(lab, "west-curl-pod", url(MeshLab.WEST), 30).pods()).isEqualTo(words(EAST_PODS));

        lab.scale(MeshLab.EAST, 0);
        eventually(ScriptedLab.SOON, () -> assertThat(lab.backendPods("west-control-plane")).isEqualTo(words(WEST_PODS)));
        assertThat(Answers.of(lab, "west-curl-pod", url(MeshLab.WEST), 30).pods()).isEqualTo(words(WEST_PODS));

        lab.scale(MeshLab.EAST, 2);
        lab.apply(MeshLab.WEST, "webpod.yaml");
        lab.awaitBackends(ALL_PODS);
    }

    @Test
    @Order(7)
    void d7WhileAnEtcdIsAwayNoBackendIsLostAndWhatChangedArrivesAfterwards() {
        var before = reconnections("west-worker");
        lab.haltEtcd(MeshLab.EAST);
        eventually(ScriptedLab.SOON, () -> {
            assertThat(lab.remote("west-worker").path("ready").asBoolean()).isFalse();
            assertThat(lab.remote("west-worker").path("lost-since").isTextual()).isTrue();
        });
        assertThat(lab.on("west-worker", "roadstead", "mesh", "status")).contains("0/1 remote clusters ready", "east: not-ready");
        assertThat(lab.backendPods("west-worker")).isEqualTo(words(ALL_PODS));
        assertThat(Answers.of(lab, "west-curl-pod", url(MeshLab.WEST), 60).pods()).isEqualTo(words(ALL_PODS));
        assertThat(routes("west-worker")).containsEntry("10.1.0.0/24", "172.18.0.5");
        lab.scale(MeshLab.EAST, 1);
        assertThat(lab.backendPods("west-worker")).as("nobody could tell").isEqualTo(words(ALL_PODS));

        lab.restartEtcd(MeshLab.EAST);

        lab.awaitBackends(WEST_PODS + " east-webpod-1");
        lab.awaitReady("west-worker");
        assertThat(reconnections("west-worker")).isGreaterThan(before);
        lab.scale(MeshLab.EAST, 2);
        lab.awaitBackends(ALL_PODS);
    }

    @Test
    @Order(8)
    void d7WhileTheLinkIsCutNoBackendIsLostAndWhatChangedArrivesAfterwards() {
        lab.cut(MeshLab.EAST);
        lab.scale(MeshLab.EAST, 1);
        assertThat(lab.backendPods("east-worker")).isEqualTo(words(WEST_PODS + " east-webpod-1"));
        assertThat(lab.backendPods("west-worker")).as("nobody could tell").isEqualTo(words(ALL_PODS));

        lab.mend(MeshLab.EAST);

        lab.awaitBackends(WEST_PODS + " east-webpod-1");
        lab.awaitReady("west-worker");
        lab.scale(MeshLab.EAST, 2);
        lab.awaitBackends(ALL_PODS);
    }

    @Test
    @Order(9)
    void theOtherAgentPublishesOnWhenTheOneThatDidIsKilled() {
        var publisher = lab.publishers(MeshLab.EAST).iterator().next();
        var kept = keys(MeshLab.EAST);
        assertThat(kept).hasSizeGreaterThan(10);

        lab.process(publisher, "roadstead").destroyForcibly();

        eventually(ScriptedLab.SOON, () -> assertThat(lab.publishers(MeshLab.EAST)).hasSize(1).doesNotContain(publisher));
        eventually(ScriptedLab.SOON, () -> assertThat(keys(MeshLab.EAST)).isEqualTo(kept));
        assertThat(lab.backendPods("west-worker")).isEqualTo(words(ALL_PODS));
        lab.scale(MeshLab.EAST, 1);
        eventually(ScriptedLab.SOON,
                () -> assertThat(lab.backendPods("west-worker")).isEqualTo(words(WEST_PODS + " east-webpod-1")));

        lab.restart(publisher);
        lab.scale(MeshLab.EAST, 2);
        lab.awaitBackends(ALL_PODS);
    }

    @Test
    @Order(10)
    void anEtcdThatLostItsDataIsFilledAgainAndNoBackendIsLost() {
        var kept = keys(MeshLab.EAST);
        var id = lab.etcdClusterId(MeshLab.EAST);
        try (var load = CurlLoad.start(lab, "west-curl-pod", url(MeshLab.WEST), 20)) {
            load.next(20);

            lab.wipeEtcd(MeshLab.EAST);

            eventually(ScriptedLab.SOON, () -> assertThat(keys(MeshLab.EAST)).isEqualTo(kept));
            assertThat(lab.etcdClusterId(MeshLab.EAST)).isNotEqualTo(id);
            for (var node : List.of("west-control-plane", "west-worker")) {
                eventually(ScriptedLab.SOON, () -> {
                    assertThat(lab.remote(node).path("store").path("store-id").asText()).isEqualTo(lab.etcdClusterId(MeshLab.EAST));
                    assertThat(lab.remote(node).path("ready").asBoolean()).isTrue();
                    assertThat(counts(lab.remote(node))).isEqualTo("2 nodes, 6 endpoints, 4 identities, 1 services");
                });
            }
            assertThat(load.next(60)).isEqualTo(words(ALL_PODS));
            assertThat(load.failures()).isEmpty();
        }
        lab.awaitBackends(ALL_PODS);
    }

    @Test
    @Order(11)
    void aClusterThatLeavesTheConfigurationTakesItsBackendsAndRoutesAlong() throws IOException {
        var file = lab.run().resolve("west/clustermesh/east");
        var aside = lab.run().resolve("east.aside");
        Files.move(file, aside);

        for (var node : List.of("west-control-plane", "west-worker")) {
            eventually(ScriptedLab.SOON, () -> {
                assertThat(lab.backendPods(node)).isEqualTo(words(WEST_PODS));
                assertThat(routes(node).keySet()).noneMatch(prefix -> prefix.startsWith("10.1."));
                assertThat(lab.roadstead(node, "node", "list")).hasSize(2);
            });
        }
        assertThat(lab.backendPods("east-worker")).isEqualTo(words(ALL_PODS));

        Files.move(aside, file);
        lab.awaitBackends(ALL_PODS);
        for (var node : List.of("west-control-plane", "west-worker")) {
            eventually(ScriptedLab.SOON, () -> assertThat(routes(node)).containsEntry("10.1.1.0/24", "172.18.0.4"));
        }
    }

    @Test
    @Order(12)
    void aCertificateThatIsNotLetInIsNamedAndNoBackendIsLost() throws IOException {
        var file = lab.run().resolve("west/clustermesh/east");
        var right = Files.readString(file);
        var unknownUser = right.replace(lab.run() + "/west/clustermesh/common-etcd-client", lab.run() + "/west/etcd-tls/admin");
        var wrongAuthority = right.replace("ca/ca.crt", "west/etcd-tls/root.crt");

        for (var wrong : Map.of(unknownUser, "permission", wrongAuthority, "trusted-ca-file").entrySet()) {
            assertThat(wrong.getKey()).isNotEqualTo(right);
            replace(file, wrong.getKey());

            eventually(LONG, () -> {
                var remote = lab.remote("west-worker");
                assertThat(remote.path("ready").asBoolean()).isFalse();
                assertThat(remote.path("store").path("failure").asText() + remote.path("not-ready").asText()).contains(wrong.getValue());
            });
            assertThat(lab.tryOn("west-worker", "roadstead", "mesh", "troubleshoot", "east").output()).contains("FAILED", "-> ");
            assertThat(lab.backendPods("west-worker")).isEqualTo(words(ALL_PODS));
        }
        replace(file, right);

        eventually(LONG, () -> assertThat(lab.remote("west-worker").path("ready").asBoolean()).isTrue());
    }

    private static void replace(Path file, String text) throws IOException {
        var fresh = Files.writeString(file.resolveSibling(".new"), text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The routes that the agent has put into the node's table. */
    private Map<String, String> routes(String node) {
        return ScriptedLab.elements(ScriptedLab.json(lab.on(node, "ip", "-j", "route", "show")))
                .filter(route -> route.path("dst").asText().startsWith("10.") && route.has("gateway"))
                .collect(Collectors.toMap(route -> route.path("dst").asText(), route -> route.path("gateway").asText(), (a, _) -> a,
                        TreeMap::new));
    }

    private Set<String> preferred(String node) {
        return lab.backends(node).stream().filter(backend -> backend.path("preferred").asBoolean()).map(MeshLab::pod)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private int reconnections(String node) {
        return lab.remote(node).path("store").path("failures").asInt();
    }

    /** What the cluster shows to others, without signs of life. */
    private Set<String> keys(String cluster) {
        return lab.on(cluster + "-control-plane", "etcdctl", "get", "--prefix", "--keys-only", "cilium/").lines()
                .filter(line -> !line.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String counts(JsonNode remote) {
        var counts = remote.path("counts");
        return counts.path("nodes") + " nodes, " + counts.path("endpoints") + " endpoints, " + counts.path("identities") + " identities, "
                + counts.path("services") + " services";
    }

    private static String url(String cluster) {
        return "http://" + MeshLab.CLUSTER_IPS.get(cluster) + "/";
    }

    private static Set<String> words(String pods) {
        return new TreeSet<>(List.of(pods.split(" ")));
    }
}
