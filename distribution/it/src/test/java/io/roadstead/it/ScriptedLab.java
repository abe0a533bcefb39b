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
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;

/** A lab of the examples, driven by its own scripts, beside any other. */
abstract class ScriptedLab implements AutoCloseable {

    /** What a busy machine may take for what takes a second on an idle one. */
    static final Duration SOON = Duration.ofSeconds(20);

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SCRIPT_LIMIT = Duration.ofSeconds(90);

    private final PackagedTree tree;
    private final Path scripts;
    private final String prefix;
    private final Path run;
    private final Map<String, String> environment;
    private final Thread atExit;

    ScriptedLab(String example, PackagedTree tree, Map<String, String> more) {
        // the form of testkit's own names: what a killed run leaves is removed by the next
        this.prefix = "rs-" + ProcessHandle.current().pid() + "-" + ThreadLocalRandom.current().nextInt(100_000, 1_000_000) + "-";
        this.tree = tree;
        this.scripts = PackagedTree.project().resolve("examples").resolve(example);
        try {
            this.run = Files.createTempDirectory(prefix + "lab");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment = new HashMap<>(more);
        environment.putAll(Map.of("ROADSTEAD_LAB_PREFIX", prefix, "ROADSTEAD_LAB_DIR", run.toString(), "ROADSTEAD_LAB_FRR_DIR",
                run.resolve("frr").toString(), "ROADSTEAD_HOME", tree.home().toString()));
        atExit = new Thread(this::down, example + "-down");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Runs one of the lab's scripts to its end; what it said is in the failure when that is not a good one. */
    final void script(String name, String... arguments) {
        try (var process = ManagedProcess.of(scriptCommand(name, List.of(arguments))).start()) {
            var code = process.awaitExit(SCRIPT_LIMIT);
            if (code != 0) {
                throw new AssertionError(name + " ended with " + code + "\n" + process.output());
            }
        }
    }

    /** Paths of the example's files. */
    final String[] files(String... names) {
        return Arrays.stream(names).map(file -> scripts.resolve(file).toString()).toArray(String[]::new);
    }

    /** Path of a new file with manifests that are written here. */
    final String written(String manifests) {
        try {
            return Files.writeString(Files.createTempFile(run, "applied", ".yaml"), manifests).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command on that host prints; throws when it fails. */
    final String on(String host, String... command) {
        return tryOn(host, command).successfulOutput();
    }

    /** Likewise, but a failure is a result as well. */
    final CommandResult tryOn(String host, String... command) {
        return CommandResult.of(scriptCommand("on", concat(host, command)));
    }

    /** A command on that host that runs on. */
    final ManagedProcess start(String host, String... command) {
        return ManagedProcess.of(scriptCommand("on", concat(host, command))).start();
    }

    /**
     * Waits until {@code ip monitor route} of that host tells of a route to the prefix that comes and goes: it listens then, and whatever
     * happened before stands before it in its output. Each try is a new route, since the kernel says nothing of one that is there already.
     */
    final void awaitMark(String host, ManagedProcess monitor, String prefix) {
        monitor.await(Duration.ofSeconds(20), "it sees " + prefix, () -> {
            on(host, "ip", "route", "add", prefix, "dev", "lo");
            on(host, "ip", "route", "delete", prefix);
            return monitor.output().contains("Deleted " + prefix);
        });
    }

    /** The host, for code of the test's own that runs there. */
    final Namespace namespace(String host) {
        return Namespace.borrow(prefix + host);
    }

    /** The node's own view, by the packaged command line. */
    final JsonNode roadstead(String node, String... words) {
        return json(on(node, Stream.of(Stream.of("roadstead"), Stream.of(words), Stream.of("-o", "json")).flatMap(word -> word)
                .toArray(String[]::new)));
    }

    /** Likewise of all nodes whose names match, asked at once. */
    final JsonNode everyNodeOf(String names, String... words) {
        var command = new ArrayList<>(List.of(words));
        command.addAll(List.of("--socket", run + "/" + names + "/roadstead.sock", "-o", "json"));
        return json(tree.roadstead(command.toArray(String[]::new)).successfulOutput());
    }

    /** Adds to the node's configuration, which the agent follows. */
    final void configure(String node, String hocon) {
        try {
            Files.writeString(run.resolve(node).resolve("roadstead.conf"), hocon + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final String agentLog(String node) {
        return read(run.resolve(node).resolve("roadstead.log"));
    }

    /** Where the lab keeps its files. */
    final Path run() {
        return run;
    }

    /** Socket, configuration and log of a host. */
    final Path directory(String host) {
        return run.resolve(host);
    }

    /** The process that the lab started there: {@code roadstead} on a node, {@code bgpd} on the router. */
    final ProcessHandle process(String host, String name) {
        var pid = Long.parseLong(read(run.resolve(host).resolve(name + ".pid")).split(" ")[0]);
        return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError("no process " + pid + " for " + name + " on " + host));
    }

    @Override
    public final void close() {
        down();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return array.valueStream();
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void down() {
        script("down");
        CommandResult.of(List.of("rm", "-rf", run.toString())).successfulOutput();
    }

    private List<String> scriptCommand(String name, List<String> arguments) {
        var command = new ArrayList<>(List.of("env"));
        environment.forEach((key, value) -> command.add(key + "=" + value));
        command.add(scripts.resolve(name).toString());
        command.addAll(arguments);
        return command;
    }

    private static List<String> concat(String first, String... rest) {
        return Stream.concat(Stream.of(first), Stream.of(rest)).toList();
    }
}
