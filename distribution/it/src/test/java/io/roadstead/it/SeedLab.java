package io.roadstead.it;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Eventually;

/** {@code examples/seed-lab}. What the router knows is asked of the router. */
final class SeedLab extends ScriptedLab {

    /** Node to the address of its session. */
    static final Map<String, String> NODES = Map.of("k8s-ctr", "192.168.10.100", "k8s-w1", "192.168.10.101", "k8s-w0", "192.168.20.100");
    /** What the agents read the cluster from an API server with, instead of from files. */
    static final Map<String, String> KUBERNETES = Map.of("ROADSTEAD_LAB_SOURCE", "kubernetes");
    static final Map<String, String> POD_CIDRS =
            Map.of("k8s-ctr", "172.20.0.0/24", "k8s-w1", "172.20.1.0/24", "k8s-w0", "172.20.2.0/24");

    private SeedLab(PackagedTree tree, Map<String, String> more) {
        super("seed-lab", tree, more);
    }

    /** Router, pods and an agent per node; returns when all sessions are there. */
    static SeedLab up(PackagedTree tree) {
        return up(tree, Map.of());
    }

    /** Likewise, the agents with more in their environment. */
    static SeedLab up(PackagedTree tree, Map<String, String> environment) {
        var lab = new SeedLab(tree, environment);
        try {
            lab.script("up");
            lab.awaitSessions();
            return lab;
        } catch (RuntimeException | AssertionError e) {
            lab.close();
            throw e;
        }
    }

    void awaitSessions() {
        Eventually.eventually(SOON, () -> {
            var down = NODES.keySet().stream().filter(node -> !established(node)).toList();
            if (!down.isEmpty()) {
                throw new AssertionError("no session with " + down);
            }
        });
    }

    /** {@code apply} of files below {@code steps} or {@code manifests}. */
    void apply(String... files) {
        script("apply", files(files));
    }

    /** {@code apply} of objects written here. */
    void applyText(String manifests) {
        script("apply", written(manifests));
    }

    /** {@code apply --delete} of objects written here. */
    void deleteText(String manifests) {
        script("apply", "--delete", written(manifests));
    }

    /** {@code restart}: router or node. */
    void restart(String host) {
        script("restart", host);
    }

    /** The answer of FRR to a show command, which is given {@code json}. */
    JsonNode router(String show) {
        return json(CommandResult.of(List.of("vtysh", "--vty_socket", run().resolve("frr").toString(), "-c", show + " json"))
                .successfulOutput());
    }

    /** FRR's line on its session with the node. */
    JsonNode neighbor(String node) {
        return router("show bgp ipv4 unicast summary").path("peers").path(NODES.get(node));
    }

    boolean established(String node) {
        return neighbor(node).path("state").asText().equals("Established");
    }

    /** What tells an uninterrupted session: how often FRR has seen it come up, and lost it. */
    List<Integer> sessionCounts(String node) {
        var neighbor = neighbor(node);
        return List.of(neighbor.path("connectionsEstablished").asInt(), neighbor.path("connectionsDropped").asInt());
    }

    /** When FRR says that the session came up, in seconds; off by one at times, since it computes it anew each time. */
    long establishedEpoch(String node) {
        return neighbor(node).path("peerUptimeEstablishedEpoch").asLong();
    }

    /** FRR's paths to the prefix. */
    Stream<JsonNode> paths(String prefix) {
        return elements(router("show bgp ipv4 unicast " + prefix).path("paths"));
    }

    /** The gateways of the router's kernel route to the prefix; none when there is no such route. */
    Set<String> gateways(String prefix) {
        var gateways = new TreeSet<String>();
        for (var route : json(on("router", "ip", "-j", "route", "show", prefix.replace("/32", ""), "proto", "bgp"))) {
            Stream.concat(Stream.of(route), elements(route.path("nexthops"))).map(hop -> hop.path("gateway").asText())
                    .filter(gateway -> !gateway.isEmpty()).forEach(gateways::add);
        }
        return gateways;
    }

    /** What bgpd has logged since its first start. */
    String routerLog() {
        return read(directory("router").resolve("bgpd.log"));
    }

    /** All nodes' views, asked at once. */
    JsonNode everyNode(String... words) {
        return everyNodeOf("k8s-*", words);
    }

    /** The status file that the node's agent writes, as a CiliumBGPNodeConfig; only with manifests. */
    Path nodeStatus(String node) {
        return run().resolve("state/status/ciliumbgpnodeconfig-" + node + ".yaml");
    }

    /** What kubectl prints, asking the lab's API server as administrator; only with {@link #KUBERNETES}. */
    String kubectl(String... words) {
        return on("k8s-ctr", Stream.concat(Stream.of("kubectl"), Stream.of(words)).toArray(String[]::new)).strip();
    }

    /** What the API server has been asked since its start: a line per request, with status, user, verb, path and parameters. */
    List<String> apiRequests() {
        return read(run().resolve("api/requests.log")).lines().toList();
    }
}
