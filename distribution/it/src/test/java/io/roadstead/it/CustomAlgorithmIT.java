package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.ManagedProcess;

/** The jar of {@code examples/custom-algorithm} comes to, and goes from, an agent that carries traffic by the proxy; needs neither root nor a network. */
@Timeout(120)
final class CustomAlgorithmIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ADDRESS = "127.16.1.1";
    private static final int CONNECTIONS = 60;
    private static final Map<String, String> PODS = new LinkedHashMap<>();
    private static final Map<String, String> ZONES = Map.of("near-1", "here", "near-2", "here", "far", "there");

    static {
        PODS.put("near-1", "127.20.0.10");
        PODS.put("near-2", "127.20.0.11");
        PODS.put("far", "127.20.1.10");
    }

    @TempDir
    private Path directory;
    private PackagedTree tree;
    private WebPods pods;
    private ManagedProcess agent;
    private int port;

    @BeforeEach
    void up() throws IOException {
        tree = PackagedTree.asBuilt().copyTo(directory);
        pods = WebPods.start(PODS);
        port = WebPods.freePort(ADDRESS);
        var manifests = Files.createDirectories(directory.resolve("manifests"));
        var cluster = new StringBuilder("""
            apiVersion: v1
            kind: Node
            metadata:
              name: test-node
              labels:
                topology.kubernetes.io/zone: here
            ---
            apiVersion: cilium.io/v2
            kind: CiliumLoadBalancerIPPool
            metadata:
              name: pool
            spec:
              blocks:
                - cidr: %1$s/32
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: web
              namespace: default
              annotations:
                service.cilium.io/lb-algorithm: zone-aware
            spec:
              type: LoadBalancer
              allocateLoadBalancerNodePorts: false
              clusterIP: 10.96.32.81
              clusterIPs:
                - 10.96.32.81
              ports:
                - name: http
                  protocol: TCP
                  port: %2$d
                  targetPort: %3$d
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: web-1
              namespace: default
              labels:
                kubernetes.io/service-name: web
            addressType: IPv4
            ports:
              - name: http
                protocol: TCP
                port: %3$d
            endpoints:
            """.formatted(ADDRESS, port, pods.port()));
        PODS.forEach((name, address) -> cluster.append("  - addresses: [ %s ]\n    zone: %s\n    conditions: { ready: true }\n"
                .formatted(address, ZONES.get(name))));
        Files.writeString(manifests.resolve("cluster.yaml"), cluster);
        var config = Files.writeString(directory.resolve("agent.conf"), """
                roadstead {
                  node.name = test-node
                  state-directory = "%1$s/state"
                  source { type = manifests, manifests.directory = "%1$s/manifests" }
                  add-ons.admin-http.socket = "%1$s/admin.sock"
                  load-balancer.datapath = proxy
                }
                """.formatted(directory));
        agent = ManagedProcess.of(tree.launcher().toString(), "agent", "--config", config.toString()).start();
    }

    @AfterEach
    void down() {
        if (agent != null) {
            agent.close();
        }
        if (pods != null) {
            pods.close();
        }
    }

    @Test
    void theJarChangesTheTableOfTheServiceThatAsksForItAndNoConnectionBreaks() throws IOException {
        eventually(SOON, () -> assertThat(answers()).isEqualTo(PODS.keySet()));
        assertThat(services()).as("until the jar is there").contains("ALGORITHM_MISSING");
        var open = new ArrayList<WebPods.Visitor>();
        var partners = new ArrayList<String>();
        try {
            for (var i = 0; i < CONNECTIONS; i++) {
                open.add(new WebPods.Visitor(ADDRESS, port));
                partners.add(open.getLast().ask());
            }
            assertThat(partners).contains("far");

            var jar = tree.plugins().resolve("custom-algorithm.jar");
            Files.copy(PackagedTree.customAlgorithm(), jar);

            eventually(SOON, () -> assertThat(answers()).containsExactlyInAnyOrder("near-1", "near-2"));
            assertThat(services()).doesNotContain("ALGORITHM_MISSING");
            assertThat(askAll(open)).isEqualTo(partners);

            Files.delete(jar);

            eventually(SOON, () -> assertThat(answers()).isEqualTo(PODS.keySet()));
            assertThat(askAll(open)).isEqualTo(partners);
        } finally {
            open.forEach(WebPods.Visitor::close);
        }
    }

    /** Who answers new connections; nobody while there is no listener yet. */
    private Set<String> answers() throws IOException {
        var names = new TreeSet<String>();
        for (var i = 0; i < CONNECTIONS; i++) {
            try (var visitor = new WebPods.Visitor(ADDRESS, port)) {
                names.add(visitor.ask());
            }
        }
        return names;
    }

    private static List<String> askAll(List<WebPods.Visitor> open) throws IOException {
        var answers = new ArrayList<String>();
        for (var visitor : open) {
            answers.add(visitor.ask());
        }
        return answers;
    }

    private String services() {
        return tree.roadstead("service", "list", "-o", "json", "--socket", directory.resolve("admin.sock").toString()).successfulOutput();
    }
}
