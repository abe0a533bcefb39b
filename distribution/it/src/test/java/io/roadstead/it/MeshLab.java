package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code examples/mesh-lab}. */
final class MeshLab extends ScriptedLab {

    static final String WEST = "west";
    static final String EAST = "east";
    static final List<String> CLUSTERS = List.of(WEST, EAST);
    /** Node to its address. */
    static final Map<String, String> NODES = Map.of("west-control-plane", "172.18.0.3", "west-worker", "172.18.0.2", "east-control-plane",
            "172.18.0.5", "east-worker", "172.18.0.4");
    static final Map<String, String> POD_CIDRS = Map.of("west-control-plane", "10.0.0.0/24", "west-worker", "10.0.1.0/24",
            "east-control-plane", "10.1.0.0/24", "east-worker", "10.1.1.0/24");
    /** Cluster to the address of its webpod. */
    static final Map<String, String> CLUSTER_IPS = Map.of(WEST, "10.2.0.80", EAST, "10.3.0.80");
    /** Addresses of webpod's Pods. */
    static final Map<String, String> WEBPODS = Map.of("10.0.0.10", "west-webpod-1", "10.0.1.10", "west-webpod-2", "10.1.0.10",
            "east-webpod-1", "10.1.1.10", "east-webpod-2");

    private MeshLab(PackagedTree tree) {
        super("mesh-lab", tree, Map.of());
    }

    /** Both clusters with an etcd each and an agent per node; returns when everyone has read the other cluster. */
    static MeshLab up(PackagedTree tree) {
        var lab = new MeshLab(tree);
        try {
            lab.script("up");
            NODES.keySet().forEach(node -> lab.awaitReady(node));
            return lab;
        } catch (RuntimeException | AssertionError e) {
            lab.close();
            throw e;
        }
    }

    /** Waits until the node has read everything of the other cluster. */
    void awaitReady(String node) {
        eventually(SOON, () -> assertThat(remote(node).path("ready").asBoolean()).as(node + " " + remote(node)).isTrue());
    }

    static String other(String cluster) {
        return cluster.equals(WEST) ? EAST : WEST;
    }

    /** Cluster of a node or a pod. */
    static String clusterOf(String host) {
        return host.substring(0, host.indexOf('-'));
    }

    /** {@code apply} of files below a cluster's {@code steps}. */
    void apply(String cluster, String file) {
        script("apply", cluster, files("steps/" + cluster + "/" + file)[0]);
    }

    /** {@code scale}: gives the cluster's webpod that many Pods; ends after the grace period of those that go. */
    void scale(String cluster, int replicas) {
        script("scale", cluster, Integer.toString(replicas));
    }

    /** {@code restart} of a node's agent. */
    void restart(String node) {
        script("restart", node);
    }

    /** Ends the cluster's etcd. */
    void haltEtcd(String cluster) {
        script("halt", "etcd-" + cluster);
    }

    /** Brings the cluster's etcd back, or ends it first. */
    void restartEtcd(String cluster) {
        script("restart", "etcd-" + cluster);
    }

    /** Likewise, without any data. */
    void wipeEtcd(String cluster) {
        script("restart", "etcd-" + cluster, "--wipe");
    }

    /** What goes between this cluster's etcd and the other cluster is lost from now on. */
    void cut(String cluster) {
        script("cut", cluster);
    }

    /** And arrives again. */
    void mend(String cluster) {
        script("cut", cluster, "--mend");
    }

    /** The identity of the cluster's etcd, in hexadecimal digits, by what it says itself. */
    String etcdClusterId(String cluster) {
        var status = json(on(cluster + "-control-plane", "etcdctl", "endpoint", "status", "-w", "json")).path(0).path("Status");
        return Long.toHexString(Long.parseUnsignedLong(status.path("header").path("cluster_id").asText()));
    }

    /** The nodes whose agents say that they publish the cluster. */
    Set<String> publishers(String cluster) {
        var publishers = new TreeSet<String>();
        for (var node : NODES.keySet()) {
            if (clusterOf(node).equals(cluster)) {
                var status = tryOn(node, "roadstead", "mesh", "status", "-o", "json");
                if (status.exitCode() == 0 && json(status.output()).path("publishing").asBoolean()) {
                    publishers.add(node);
                }
            }
        }
        return publishers;
    }

    /** What the node knows of the other cluster. */
    JsonNode remote(String node) {
        return elements(roadstead(node, "mesh", "status").path("remotes"))
                .filter(remote -> remote.path("name").asText().equals(other(clusterOf(node)))).findFirst()
                .orElseThrow(() -> new AssertionError(node + " knows of no other cluster"));
    }

    /** The backends of the node's frontend for webpod. */
    List<JsonNode> backends(String node) {
        return elements(roadstead(node, "service", "list")).filter(service -> service.path("name").asText().equals("webpod"))
                .flatMap(service -> elements(service.path("frontends")))
                .filter(frontend -> frontend.path("address").asText().equals(CLUSTER_IPS.get(clusterOf(node))))
                .flatMap(frontend -> elements(frontend.path("backends"))).toList();
    }

    /** The pods of {@link #backends}. */
    Set<String> backendPods(String node) {
        return backends(node).stream().map(MeshLab::pod).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of a backend. */
    static String pod(JsonNode backend) {
        return WEBPODS.getOrDefault(backend.path("address").asText(), backend.toString());
    }

    /** Waits until the nodes of both clusters have exactly these pods behind webpod, which are given as words. */
    void awaitBackends(String pods) {
        var expected = new TreeSet<>(List.of(pods.split(" ")));
        NODES.keySet().forEach(node -> eventually(SOON, () -> assertThat(backendPods(node)).as(node).isEqualTo(expected)));
    }
}
