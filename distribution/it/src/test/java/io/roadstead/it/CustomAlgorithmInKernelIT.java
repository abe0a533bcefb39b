package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** The jar of {@code examples/custom-algorithm} comes to, and goes from, the running agents of the seed lab, which carry traffic in the kernel. */
@Timeout(180)
final class CustomAlgorithmInKernelIT {

    private static final int CONNECTIONS = 200;
    /** Asked again and again: enough to meet all of three, and few enough that the client does not run out of ports. */
    private static final int SAMPLE = 40;
    private static final int ANSWER_MILLIS = 10_000;
    private static final Map<String, String> PODS = Map.of("webpod-ctr", "k8s-ctr", "webpod-w1", "k8s-w1", "webpod-w0", "k8s-w0");
    private static final Set<String> NEAR = Set.of("webpod-ctr", "webpod-w1");
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("172.16.1.1");

    @TempDir
    private Path directory;

    @Test
    void theJarChangesTheTablesOfTheServiceThatAsksForItAndNoConnectionBreaks() throws IOException, InterruptedException {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ, Tool.MOUNT);
        var tree = PackagedTree.asBuilt().copyTo(directory);
        var servers = new ArrayList<EchoServer>();
        try (var lab = SeedLab.up(tree)) {
            SeedLab.NODES.keySet().forEach(node -> lab.configure(node,
                    "roadstead.load-balancer { dispatch = dsr, algorithm = maglev }\nroadstead.dispatch-modes.dsr.dispatch = geneve"));
            PODS.keySet().forEach(pod -> servers.add(EchoServer.start(lab.namespace(pod), pod, EchoService.PORT)));
            lab.applyText(nodesOfOneZone());
            lab.apply("steps/pool.yaml", "steps/advertisement-service.yaml");
            lab.applyText(service());
            eventually(SeedLab.SOON, () -> assertThat(lab.gateways("172.16.1.1/32")).hasSize(3));
            eventually(SeedLab.SOON, () -> assertThat(answers(lab)).isEqualTo(PODS.keySet()));

            try (var open = open(lab, CONNECTIONS)) {
                var jar = tree.plugins().resolve("custom-algorithm.jar");
                Files.copy(PackagedTree.customAlgorithm(), jar);

                eventually(SeedLab.SOON, () -> assertThat(answers(lab)).isEqualTo(NEAR));
                assertThat(open.living(ANSWER_MILLIS)).as("connections from before the jar").hasSize(CONNECTIONS);
                try (var between = open(lab, CONNECTIONS)) {
                    Files.delete(jar);

                    eventually(SeedLab.SOON, () -> assertThat(answers(lab)).isEqualTo(PODS.keySet()));
                    assertThat(open.living(ANSWER_MILLIS)).hasSize(CONNECTIONS);
                    assertThat(between.living(ANSWER_MILLIS)).as("connections from its time").hasSize(CONNECTIONS);
                }
            }
        } finally {
            for (var server : servers) {
                server.close();
            }
        }
    }

    private static OpenConnections open(SeedLab lab, int count) {
        return OpenConnections.open(lab.namespace("client"), new InetSocketAddress(ADDRESS, EchoService.PORT), count);
    }

    /** Who takes new connections. */
    private static Set<String> answers(SeedLab lab) throws IOException {
        try (var connections = open(lab, SAMPLE)) {
            return connections.all().stream().map(OpenConnections.Connection::pod).collect(Collectors.toSet());
        }
    }

    private static String nodesOfOneZone() throws IOException {
        return Files.readString(PackagedTree.project().resolve("examples/seed-lab/manifests/nodes.yaml")).replace(
                "    enable-bgp: \"true\"",
                "    enable-bgp: \"true\"\n    topology.kubernetes.io/zone: here");
    }

    private static String service() {
        return EchoService.manifests("service.cilium.io/lb-algorithm: zone-aware", PODS.entrySet().stream()
                .map(pod -> new EchoService.Endpoint(pod.getValue(), NEAR.contains(pod.getKey()) ? "here" : "there")).toList());
    }
}
