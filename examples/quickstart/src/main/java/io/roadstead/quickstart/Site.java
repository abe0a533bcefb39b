package io.roadstead.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.roadstead.kernel.boot.Agent;
import io.roadstead.kernel.boot.AgentOptions;

/** The router and the nodes, each an agent in this process with the plugins of the packaged tree. All that they write lies in one directory. */
final class Site implements AutoCloseable {

    private static final String ROUTER_NODE = """
            apiVersion: v1
            kind: Node
            metadata:
              name: router
            spec:
              podCIDRs:
                - 10.10.1.0/24
            """;

    private final Path tree;
    private final Path directory;
    private final Loopback loopback;
    private final Manifests manifests;
    private final List<Agent> running = new ArrayList<>();

    private Site(Path tree, Path directory, Loopback loopback) {
        this.tree = tree;
        this.directory = directory;
        this.loopback = loopback;
        this.manifests = new Manifests(directory.resolve("manifests"), loopback::moved);
    }

    /** Puts the lab's manifests into a directory for agents of a packaged tree; starts nothing. */
    static Site prepare(Path tree, Path labManifests, Path directory) throws IOException {
        Site site = new Site(tree, directory, Loopback.withFreePort());
        Files.createDirectories(directory.resolve("manifests"));
        Files.createDirectories(directory.resolve("nodes"));
        try (var files = Files.list(labManifests)) {
            for (Path file : files.sorted().toList()) {
                site.manifests.applyFile(file);
            }
        }
        for (Machine node : Machine.NODES) {
            site.manifests.apply(localAddress(node));
        }
        Files.writeString(site.eastsKeys(), resource("east.keys"));
        Path routerManifests = Files.createDirectories(directory.resolve("router"));
        new Manifests(routerManifests, text -> text).apply(ROUTER_NODE);
        return site;
    }

    /** Without it, the operating system would take 127.0.0.1 for each. */
    private static String localAddress(Machine node) {
        return """
                apiVersion: cilium.io/v2
                kind: CiliumBGPNodeConfigOverride
                metadata:
                  name: %s
                spec:
                  bgpInstances:
                    - name: instance-65001
                      peers:
                        - name: tor-switch
                          localAddress: %s
                """.formatted(node.name(), node.address());
    }

    Manifests manifests() {
        return manifests;
    }

    /** What cluster east's store holds: the node that carries traffic follows the file. */
    private Path eastsKeys() {
        return directory.resolve("east.keys");
    }

    /** Adds a key to cluster east's store. */
    void putInEast(String key, String value) {
        try {
            Files.writeString(eastsKeys(), key + " " + value + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket(Machine machine) {
        return machine.equals(Machine.ROUTER) ? directory.resolve("router.sock")
                : directory.resolve("nodes").resolve(machine.name() + ".sock");
    }

    /** A glob of the nodes' sockets. */
    String nodeSockets() {
        return directory.resolve("nodes") + "/*.sock";
    }

    void startRouter() {
        start(Machine.ROUTER, "router.conf", Map.of("roadstead.bgp.instances.tor.local-port", loopback.port(),
                "roadstead.source.manifests.directory", directory.resolve("router").toString()));
    }

    void startNode(Machine node) {
        Map<String, Object> settings =
                new TreeMap<>(Map.of("roadstead.source.manifests.directory", directory.resolve("manifests").toString(),
                        // Shared: the leader's assigned addresses are everybody's.
                        "roadstead.source.manifests.state-directory", directory.resolve("cluster-state").toString()));
        if (node.equals(Machine.TRAFFIC)) {
            // Only what is for the quickstart: the lab's other Services have addresses that this machine does not.
            settings.putAll(
                    Map.of("roadstead.load-balancer.datapath", "proxy", "roadstead.load-balancer.service-proxy-name", "quickstart",
                            "roadstead.mesh.backend", "memory", "roadstead.mesh.memory.clusters.east.file", eastsKeys().toString()));
        }
        start(node, "node.conf", settings);
    }

    private void start(Machine machine, String config, Map<String, Object> settings) {
        Map<String, Object> all = new TreeMap<>(settings);
        all.put("roadstead.node.name", machine.name());
        all.put("roadstead.home", tree.toString());
        all.put("roadstead.state-directory", directory.resolve("state-" + machine.name()).toString());
        all.put("roadstead.add-ons.admin-http.socket", socket(machine).toString());
        running.add(Agent.start(AgentOptions.ofText(resource(config), directory).withOverrides(all)));
    }

    private static String resource(String name) {
        try (InputStream stream = Objects.requireNonNull(Site.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the nodes, then the router. */
    @Override
    public void close() {
        running.reversed().forEach(Agent::stop);
        running.clear();
    }
}
