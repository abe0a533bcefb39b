package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.testkit.lab.BpfFileSystem;
import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;

/**
 * A client, a node with a packaged agent whose datapath is the kernel's, and three web servers behind it, one Service in front of them. The bpffs is the lab's own:
 * {@code ip netns exec} hides the machine's.
 */
final class DatapathLab implements AutoCloseable {
    static final InetSocketAddress FRONTEND = new InetSocketAddress("172.16.1.1", 80);

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<String> BACKENDS = List.of("10.244.1.1", "10.244.1.2", "10.244.1.3");
    private static final String NODES = """
            apiVersion: v1
            kind: Node
            metadata: { name: node-1 }
            spec: { podCIDR: 10.244.0.0/24 }
            status: { addresses: [ { type: InternalIP, address: 192.0.2.65 } ] }
            ---
            apiVersion: v1
            kind: Node
            metadata: { name: node-2 }
            spec: { podCIDR: 10.244.1.0/24 }
            status: { addresses: [ { type: InternalIP, address: 192.0.2.66 } ] }
            """;
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: { namespace: default, name: web }
            spec:
              type: ClusterIP
              clusterIP: 10.96.0.10
              clusterIPs: [ 10.96.0.10 ]
              externalIPs: [ 172.16.1.1 ]
              selector: { app: web }
              ports: [ { port: 80, targetPort: 8080, protocol: TCP } ]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: { namespace: default, name: web-1, labels: { kubernetes.io/service-name: web } }
            addressType: IPv4
            ports: [ { port: 8080, protocol: TCP } ]
            endpoints:
              - { addresses: [ 10.244.1.1 ], nodeName: node-2, conditions: { ready: true } }
              - { addresses: [ 10.244.1.2 ], nodeName: node-2, conditions: { ready: true } }
              - { addresses: [ 10.244.1.3 ], nodeName: node-2, conditions: { ready: true } }
            """;

    private final PackagedTree tree;
    private final Path directory;
    private final BpfFileSystem bpffs = BpfFileSystem.create();
    private final Namespace client = Namespace.create("client");
    private final Namespace node = Namespace.create("node");
    private final Namespace servers = Namespace.create("servers");
    private final List<HttpBackend> backends = new ArrayList<>();
    private @Nullable ManagedProcess agent;

    private DatapathLab(PackagedTree tree, Path directory) {
        this.tree = tree;
        this.directory = directory;
        Namespace.link(client, "eth0", node, "lan");
        Namespace.link(node, "pods", servers, "eth0");
        client.address("eth0", "192.0.2.2/26").route("default", "via", "192.0.2.1");
        node.address("lan", "192.0.2.1/26").address("pods", "192.0.2.65/26").forwarding();
        node.route("10.244.1.0/24", "via", "192.0.2.66");
        servers.address("eth0", "192.0.2.66/26").route("default", "via", "192.0.2.65");
        for (var backend : BACKENDS) {
            servers.address("lo", backend + "/32");
            backends.add(HttpBackend.start(servers, backend, backend, 8080));
        }
    }

    /** The lab without an agent; the directory is for its files. */
    static DatapathLab create(PackagedTree tree, Path directory) {
        return create(tree, directory, "socket-lb.enabled = false");
    }

    /** Likewise, with more in the datapath's section. */
    static DatapathLab create(PackagedTree tree, Path directory, String more) {
        var lab = new DatapathLab(tree, directory);
        try {
            Files.createDirectory(directory.resolve("manifests"));
            Files.writeString(directory.resolve("manifests/nodes.yaml"), NODES);
            Files.writeString(directory.resolve("manifests/web.yaml"), SERVICE);
            Files.writeString(directory.resolve("roadstead.conf"), """
                    roadstead {
                      node.name = node-1
                      state-directory = "%1$s/state"
                      source { type = manifests, manifests.directory = "%1$s/manifests" }
                      add-ons.admin-http.socket = "%1$s/roadstead.sock"
                      load-balancer { datapath = ebpf, algorithm = maglev, dispatch = snat }
                      datapaths.ebpf {
                        devices = [ lan, pods ]
                        pin-directory = "%2$s/roadstead"
                        %3$s
                      }
                    }
                    """.formatted(directory, lab.bpffs.path(), more));
        } catch (IOException e) {
            lab.close();
            throw new UncheckedIOException(e);
        }
        return lab;
    }

    Namespace client() {
        return client;
    }

    Namespace node() {
        return node;
    }

    /** Requests that web servers answered so far, by server. */
    List<Long> answered() {
        return backends.stream().map(HttpBackend::answered).toList();
    }

    ManagedProcess agent() {
        assertThat(agent).as("an agent was started").isNotNull();
        return Objects.requireNonNull(agent);
    }

    /** Starts an agent; returns when it has said that its datapath carries what it should. */
    void startAgent() {
        agent = node.process(tree.launcher().toString(), "agent", "--config", directory.resolve("roadstead.conf").toString()).start();
        awaitDatapath();
    }

    /** Waits until the agent runs that version of a plugin. */
    void awaitVersion(String plugin, String version) {
        eventually(SOON, () -> {
            var list = roadstead("plugin", "list", "-o", "json");
            assertThat(SeedLab.elements(SeedLab.json(list.output())))
                    .anySatisfy(row -> assertThat(
                            row.path("id").asText() + " " + row.path("version").asText() + " " + row.path("state").asText())
                            .isEqualTo(plugin + " " + version + " started"));
        });
    }

    /** Waits until the agent says that all is well, the datapath included. */
    void awaitDatapath() {
        eventually(SOON, () -> {
            assertThat(agent().isAlive()).as(agent().output()).isTrue();
            var status = roadstead("status", "-o", "json");
            assertThat(status.output()).as(status.errors()).contains("\"ebpf\"");
            assertThat(status.output()).contains("2 frontends");
        });
    }

    private CommandResult roadstead(String... words) {
        return tree.roadstead(Stream.concat(Stream.of(words), Stream.of("--socket", directory.resolve("roadstead.sock").toString()))
                .toArray(String[]::new));
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
        backends.forEach(HttpBackend::close);
        client.close();
        node.close();
        servers.close();
        bpffs.close();
    }
}
