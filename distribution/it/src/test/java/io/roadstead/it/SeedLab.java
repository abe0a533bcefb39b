package io.roadstead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Eventually;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;

/** {@code examples/seed-lab}, driven by its own scripts, in a lab beside any other. What the router knows is asked of the router. */
final class SeedLab implements AutoCloseable {

    /** Node to the address of its session. */
    static final Map<String, String> NODES = Map.of("k8s-ctr", "192.168.10.100", "k8s-w1", "192.168.10.101", "k8s-w0", "192.168.20.100");
    static final Map<String, String> POD_CIDRS =
            Map.of("k8s-ctr", "172.20.0.0/24", "k8s-w1", "172.20.1.0/24", "k8s-w0", "172.20.2.0/24");
    /** What a busy machine may take for what takes a second on an idle one. */
    static final Duration SOON = Duration.ofSeconds(20);

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SCRIPT_LIMIT = Duration.ofSeconds(90);

    private final Path scripts = PackagedTree.project().resolve("examples/seed-lab");
    private final PackagedTree tree;
    private final String prefix;
    private final Path run;
    private final Map<String, String> environment;
    private final Thread atExit = new Thread(this::down, "seed-lab-down");

    private SeedLab(PackagedTree tree, Map<String, String> more) {
        // the form of testkit's own names: what a killed run leaves is removed by the next
        this.prefix = "rs-" + ProcessHandle.current().pid() + "-" + ThreadLocalRandom.current().nextInt(100_000, 1_000_000) + "-";
        this.tree = tree;
        try {
            this.run = Files.createTempDirectory(prefix + "lab");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment = new HashMap<>(more);
        environment.putAll(Map.of("ROADSTEAD_LAB_PREFIX", prefix, "ROADSTEAD_LAB_DIR", run.toString(), "ROADSTEAD_LAB_FRR_DIR",
                run.resolve("frr").toString(), "ROADSTEAD_HOME", tree.home().toString()));
        Runtime.getRuntime().addShutdownHook(atExit);
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
        script("apply", Arrays.stream(files).map(file -> scripts.resolve(file).toString()).toArray(String[]::new));
    }

    /** {@code apply} of objects written here. */
    void applyText(String manifests) {
        script("apply", write(manifests).toString());
    }

    /** {@code apply --delete} of objects written here. */
    void deleteText(String manifests) {
        script("apply", "--delete", write(manifests).toString());
    }

    /** {@code restart}: router or node. */
    void restart(String host) {
        script("restart", host);
    }

    /** What a command on that host prints; throws when it fails. */
    String on(String host, String... command) {
        return CommandResult.of(scriptCommand("on", concat(host, command))).successfulOutput();
    }

    /** The host, for code of the test's own that runs there. */
    Namespace namespace(String host) {
        return Namespace.borrow(prefix + host);
    }

    /** A command on that host that runs on. */
    ManagedProcess start(String host, String program, String... arguments) {
        var words = new ArrayList<>(List.of("netns", "exec", prefix + host, program));
        words.addAll(List.of(arguments));
        return ManagedProcess.of("ip", words.toArray(String[]::new)).start();
    }

    /** The answer of FRR to a show command, which is given {@code json}. */
    JsonNode router(String show) {
        return json(CommandResult.of(List.of("vtysh", "--vty_socket", run.resolve("frr").toString(), "-c", show + " json"))
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
        return read(run.resolve("router/bgpd.log"));
    }

    /** The node's own view, by the packaged command line. */
    JsonNode roadstead(String node, String... words) {
        return json(on(node, Stream.concat(Stream.of("roadstead"), Stream.concat(Stream.of(words), Stream.of("-o", "json")))
                .toArray(String[]::new)));
    }

    /** All nodes' views, asked at once. */
    JsonNode everyNode(String... words) {
        var command = new ArrayList<>(List.of(words));
        command.addAll(List.of("--socket", run + "/k8s-*/roadstead.sock", "-o", "json"));
        return json(tree.roadstead(command.toArray(String[]::new)).successfulOutput());
    }

    /** Adds to the node's configuration, which the agent follows. */
    void configure(String node, String hocon) {
        try {
            Files.writeString(run.resolve(node).resolve("roadstead.conf"), hocon + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String agentLog(String node) {
        return read(run.resolve(node).resolve("roadstead.log"));
    }

    /** Socket, configuration and log of a host. */
    Path directory(String host) {
        return run.resolve(host);
    }

    /** The status file that the node's agent writes, as a CiliumBGPNodeConfig. */
    Path nodeStatus(String node) {
        return run.resolve("state/status/ciliumbgpnodeconfig-" + node + ".yaml");
    }

    /** The process that the lab started there: {@code roadstead} on a node, {@code bgpd} on the router. */
    ProcessHandle process(String host, String name) {
        var pid = Long.parseLong(read(run.resolve(host).resolve(name + ".pid")).split(" ")[0]);
        return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError("no process " + pid + " for " + name + " on " + host));
    }

    @Override
    public void close() {
        down();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return array.valueStream();
    }

    private void down() {
        script("down");
        CommandResult.of(List.of("rm", "-rf", run.toString())).successfulOutput();
    }

    private void script(String name, String... arguments) {
        try (var process = ManagedProcess.of(scriptCommand(name, List.of(arguments))).start()) {
            var code = process.awaitExit(SCRIPT_LIMIT);
            if (code != 0) {
                throw new AssertionError(name + " ended with " + code + "\n" + process.output());
            }
        }
    }

    private List<String> scriptCommand(String name, List<String> arguments) {
        var command = new ArrayList<>(List.of("env"));
        environment.forEach((key, value) -> command.add(key + "=" + value));
        command.add(scripts.resolve(name).toString());
        command.addAll(arguments);
        return command;
    }

    private Path write(String manifests) {
        try {
            return Files.writeString(Files.createTempFile(run, "applied", ".yaml"), manifests);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> concat(String first, String... rest) {
        return Stream.concat(Stream.of(first), Stream.of(rest)).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
