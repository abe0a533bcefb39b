package io.roadstead.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.FreePorts;
import io.roadstead.testkit.lab.ManagedProcess;

/**
 * An agent as a Pod of an overlay has it: the image's command, the ConfigMap's files, the container's arguments. Paths and ports of a node are replaced by ones
 * below a directory, so that several run on one machine.
 */
final class DeployedAgent implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);

    private final ManagedProcess process;
    private final Path directory;
    private final int port;

    private DeployedAgent(ManagedProcess process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** The files of a ConfigMap, below a directory; returns the configuration. */
    static Path configuration(Map<String, String> files, Path directory) {
        try {
            Files.createDirectories(directory);
            for (var file : files.entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
            return directory.resolve("roadstead.conf");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param runtime  Java's home
     * @param prefix   a command that runs the command behind it; may be empty
     * @param node     what NODE_NAME is
     * @param settings further keys of the configuration, as {@code --set} takes them
     */
    static DeployedAgent start(Path runtime, List<String> prefix, Path configuration, String node, Path directory, String... settings) {
        int port = FreePorts.next();
        var command = new ArrayList<>(prefix);
        var arguments = new ArrayList<>(List.of("-Xmx192m", "io.roadstead.cli.Main", "agent", "--config", configuration.toString()));
        var own = new ArrayList<>(List.of("roadstead.state-directory=" + directory.resolve("state"),
                "roadstead.add-ons.admin-http.socket=" + directory.resolve("agent.sock"),
                "roadstead.add-ons.admin-http.tcp.address=127.0.0.1", "roadstead.add-ons.admin-http.tcp.port=" + port));
        own.addAll(List.of(settings));
        own.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        command.addAll(Image.command(runtime, arguments.toArray(String[]::new)));
        var process = ManagedProcess.of(command).environment("NODE_NAME", node).environment("POD_NAMESPACE", "roadstead-system")
                .environment("ROADSTEAD_HOME", Image.tree().toString())
                .log(directory.resolve("agent.log")).start();
        var agent = new DeployedAgent(process, directory, port);
        process.await(START, "answers the kubelet", () -> agent.status("/livez") == 200);
        return agent;
    }

    /** What the kubelet would get; 0 when nobody listens. */
    int status(String path) {
        return status(port, path);
    }

    /** What the kubelet would get at a port of this machine; 0 when nobody listens. */
    static int status(int port, String path) {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (IOException nobody) {
            return 0;
        }
    }

    /** What the command line says, asking this agent. */
    String ask(String... words) {
        var command = new ArrayList<>(List.of(Image.tree().resolve("bin/roadstead").toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--socket", directory.resolve("agent.sock").toString()));
        return CommandResult.of(command).successfulOutput();
    }

    String log() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
