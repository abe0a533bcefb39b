package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.PluginJarBuilder;
import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;

/**
 * A dispatch mode that the distribution does not know: a plugin with an eBPF object of its own is dropped into an agent whose datapath carries traffic. One
 * Service asks for it. Its backend has the frontend's address itself and gets packets as the client sent them, which no other mode does.
 */
@Timeout(180)
final class CustomDispatchIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final String CLIENT = "192.0.2.99";
    private static final String NODE = "192.0.2.10";
    private static final String PLAIN_VIP = "203.0.113.2";
    private static final String L2_VIP = "203.0.113.1";
    /** Built from {@code l2_test.bpf.c} with the other objects. */
    private static final Path OBJECT =
            Path.of("plugins/datapath-ebpf/src/test/resources/io/roadstead/plugin/datapath/ebpf/l2_test.bpf.o");

    private static final String FACTORY = """
            package com.example.l2;

            import java.io.IOException;
            import java.io.InputStream;
            import java.io.UncheckedIOException;
            import java.util.List;
            import java.util.Map;
            import java.util.Set;

            import org.pf4j.Extension;

            import io.roadstead.api.config.Doc;
            import io.roadstead.api.lb.DispatchMode;
            import io.roadstead.api.lb.DispatchModeFactory;
            import io.roadstead.api.lb.EbpfDispatch;
            import io.roadstead.api.model.net.AddressFamily;
            import io.roadstead.api.plugin.InstanceStatus;
            import io.roadstead.api.plugin.PluginContext;

            @Extension
            public final class L2Factory implements DispatchModeFactory<L2Factory.Config> {

                @Doc("Direct server return within a segment.")
                public record Config(@Doc("Hops that packets are older after this node.") int hops) {
                }

                @Override
                public String type() {
                    return "l2";
                }

                @Override
                public Class<Config> configType() {
                    return Config.class;
                }

                @Override
                public DispatchMode<Config> create(String name, Config config, PluginContext context) {
                    return new L2(config);
                }

                private static final class L2 implements DispatchMode<Config>, EbpfDispatch {
                    private final Config config;

                    L2(Config config) {
                        this.config = config;
                    }

                    @Override
                    public Set<Need> needs() {
                        return Set.of(Need.DIRECT_RETURN);
                    }

                    @Override
                    public String label() {
                        return "L2";
                    }

                    @Override
                    public int abiVersion() {
                        return 1;
                    }

                    @Override
                    public byte[] object() {
                        try (InputStream in = L2Factory.class.getResourceAsStream("l2.bpf.o")) {
                            return in.readAllBytes();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }

                    @Override
                    public Map<String, Long> constants() {
                        return Map.of("l2_hops", (long) config.hops());
                    }

                    @Override
                    public List<Termination> terminations() {
                        return List.of();
                    }

                    @Override
                    public int overheadBytes(AddressFamily family) {
                        return 0;
                    }

                    @Override
                    public boolean reconfigure(Config changed) {
                        return changed.equals(config);
                    }

                    @Override
                    public InstanceStatus status() {
                        return InstanceStatus.ok("changes Ethernet addresses");
                    }

                    @Override
                    public void close() {
                    }
                }
            }
            """;

    @TempDir
    private Path directory;
    private PackagedTree tree;
    private Namespace client;
    private Namespace node;
    private Namespace backend;
    private Path bpffs;
    private ManagedProcess agent;
    private ServerSocket server;

    @BeforeEach
    void up() throws IOException {
        Labs.require();
        tree = PackagedTree.asBuilt().copyTo(directory);
        cable();
        bpffs = Files.createDirectory(directory.resolve("bpf"));
        CommandResult.of(List.of("mount", "-t", "bpf", "bpf", bpffs.toString())).successfulOutput();
        server = backend.call(() -> new ServerSocket(80));
        Thread.ofPlatform().daemon().name("l2-backend").start(this::serve);
        Path manifests = Files.createDirectory(directory.resolve("manifests"));
        Files.writeString(manifests.resolve("nodes.yaml"), node("n1", NODE) + "---\n" + node("n2", "198.51.100.20"));
        Files.writeString(manifests.resolve("services.yaml"), service("plain", PLAIN_VIP, "") + "---\n"
                + service("direct", L2_VIP, "  annotations: {service.cilium.io/forwarding-mode: l2}\n"));
        agent = node.process(tree.launcher().toString(), "agent", "--config", configuration(manifests).toString()).start();
    }

    @AfterEach
    void down() throws IOException {
        if (server != null) {
            server.close();
        }
        if (agent != null) {
            agent.close();
        }
        if (bpffs != null) {
            CommandResult.of(List.of("umount", "-l", bpffs.toString()));
        }
        for (Namespace each : new Namespace[] {client, node, backend}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @Test
    void aModeInAPluginOfItsOwnServesTheServiceThatAsksForIt() throws IOException {
        eventually(SOON, () -> assertThat(ask(PLAIN_VIP)).isEqualTo(NODE + " to 198.51.100.20"));

        try (Socket open = client.call(() -> connect(PLAIN_VIP))) {
            PluginJarBuilder.plugin("l2-dispatch").source("com.example.l2.L2Factory", FACTORY)
                    .resource("reference.conf", "roadstead.dispatch-modes.l2 {\n  hops = 1\n}\n")
                    .resource("com/example/l2/l2.bpf.o", Files.readAllBytes(PackagedTree.project().resolve(OBJECT)))
                    .writeTo(tree.plugins().resolve("l2-dispatch.jar"));

            eventually(SOON, () -> assertThat(ask(L2_VIP)).as("the client and the address that it asked, as the backend sees them")
                    .isEqualTo(CLIENT + " to " + L2_VIP));
            assertThat(answer(open)).as("over a connection from before").isEqualTo(NODE + " to 198.51.100.20");
        }
        assertThat(ask(PLAIN_VIP)).as("the other Service, as before").isEqualTo(NODE + " to 198.51.100.20");
    }

    private void cable() {
        client = Namespace.create("client");
        node = Namespace.create("node");
        backend = Namespace.create("backend");
        Namespace.link(client, "eth0", node, "up");
        Namespace.link(node, "segment", backend, "eth0");
        node.forwarding().address("up", NODE + "/24").address("segment", "198.51.100.10/24");
        client.address("eth0", CLIENT + "/24").route("default", "via", NODE);
        // The frontend's address is the backend's own, and no one on the segment gets to know.
        backend.address("eth0", "198.51.100.20/24").address("lo", L2_VIP + "/32").route("default", "via", "198.51.100.10");
    }

    private Path configuration(Path manifests) throws IOException {
        return Files.writeString(directory.resolve("roadstead.conf"), """
                roadstead {
                  node.name = n1
                  state-directory = "%1$s/state"
                  source { type = manifests, manifests { directory = "%2$s", state-directory = "%1$s/shared" } }
                  add-ons.admin-http.socket = "%1$s/roadstead.sock"
                  load-balancer { datapath = ebpf, dispatch = snat }
                  datapaths.ebpf {
                    devices = [ up, segment ]
                    pin-directory = "%3$s/roadstead"
                    socket-lb.enabled = false
                    on-stop = detach
                  }
                }
                """.formatted(directory, manifests, bpffs));
    }

    private static String node(String name, String address) {
        return """
                apiVersion: v1
                kind: Node
                metadata: {name: %s}
                status:
                  addresses: [{type: InternalIP, address: %s}]
                  conditions: [{type: Ready, status: "True"}]
                """.formatted(name, address);
    }

    private static String service(String name, String address, String annotations) {
        return """
                apiVersion: v1
                kind: Service
                metadata:
                  name: %1$s
                  namespace: default
                %3$sspec:
                  type: ClusterIP
                  clusterIP: 10.96.0.%4$d
                  externalIPs: [%2$s]
                  ports: [{name: http, protocol: TCP, port: 80, targetPort: 80}]
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: %1$s-1
                  namespace: default
                  labels: {kubernetes.io/service-name: %1$s}
                addressType: IPv4
                ports: [{name: http, protocol: TCP, port: 80}]
                endpoints:
                  - addresses: [198.51.100.20]
                    nodeName: n2
                    conditions: {ready: true, serving: true, terminating: false}
                """.formatted(name, address, annotations, name.length());
    }

    /** Answers every connection's first line with who asked, and at which address. */
    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().name("l2-answer").start(() -> {
                    try (socket) {
                        socket.getInputStream().read();
                        String seen = socket.getInetAddress().getHostAddress() + " to " + socket.getLocalAddress().getHostAddress();
                        socket.getOutputStream().write(seen.getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException ignored) {
                        // The client says what it misses.
                    }
                });
            } catch (IOException ignored) {
                return; // closed
            }
        }
    }

    private String ask(String address) {
        return client.call(() -> {
            try (Socket socket = connect(address)) {
                return answer(socket);
            }
        });
    }

    private static Socket connect(String address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(address, 80), TIMEOUT_MILLIS);
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        socket.getOutputStream().write('?');
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
