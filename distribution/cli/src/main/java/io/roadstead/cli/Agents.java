package io.roadstead.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Option;

/** The agents that a command asks: options that every client verb has. */
final class Agents {

    /** Where an agent's socket is when nobody says otherwise. */
    static final String DEFAULT_SOCKET = "/run/roadstead/roadstead.sock";

    @Option(names = "--socket", paramLabel = "PATH", description = "An agent's socket; may be given again, and may be a glob in quotes. "
            + "Default: $ROADSTEAD_SOCKET (comma between several), else " + DEFAULT_SOCKET)
    private List<String> sockets = new ArrayList<>();

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "10",
            description = "How long to wait for an answer. Default: ${DEFAULT-VALUE}")
    private long timeoutSeconds = 10;

    private final Map<String, String> environment;

    Agents(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Several agents' answers. */
    record Answers(Map<Path, JsonNode> bySocket, List<CommandFailure> failures) {

        /** Zero when all answered, else the code of the first failure. */
        int exitCode() {
            return failures.isEmpty() ? Exit.OK : failures.getFirst().exitCode();
        }

        /** The rows of all answers that are lists, in the order of the agents. */
        List<JsonNode> rows() {
            List<JsonNode> rows = new ArrayList<>();
            bySocket.values().forEach(answer -> answer.forEach(rows::add));
            return rows;
        }

        /** For {@code -o json}: lists are joined, a single object stays one. */
        JsonNode merged() {
            if (bySocket.values().stream().allMatch(JsonNode::isArray)) {
                ArrayNode all = JsonNodeFactory.instance.arrayNode();
                rows().forEach(all::add);
                return all;
            }
            if (bySocket.size() == 1) {
                return bySocket.values().iterator().next();
            }
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            bySocket.values().forEach(all::add);
            return all;
        }
    }

    /** Asks every agent the same; those that fail are listed, the others' answers count. */
    Answers ask(String pathAndQuery) {
        Map<Path, JsonNode> answers = new TreeMap<>();
        List<CommandFailure> failures = new ArrayList<>();
        for (Path socket : paths()) {
            try {
                answers.put(socket, client(socket).json(pathAndQuery));
            } catch (CommandFailure e) {
                failures.add(e);
            }
        }
        return new Answers(answers, failures);
    }

    /** Waits longer for answers than otherwise: for what takes its time. */
    void waitAtLeast(long seconds) {
        timeoutSeconds = Math.max(timeoutSeconds, seconds);
    }

    /** How long an answer may take. */
    long timeoutSeconds() {
        return timeoutSeconds;
    }

    /** The text of the first agent: for what cannot be merged. */
    String askText(String path) {
        return client(paths().getFirst()).text(path);
    }

    /** For what is not one answer to all. */
    AdminClient client(Path socket) {
        return new AdminClient(socket, Duration.ofSeconds(timeoutSeconds));
    }

    /** The sockets that are meant. */
    List<Path> paths() {
        List<String> wanted = sockets;
        if (wanted.isEmpty()) {
            String fromEnvironment = environment.getOrDefault("ROADSTEAD_SOCKET", "");
            wanted = Arrays.asList((fromEnvironment.isEmpty() ? DEFAULT_SOCKET : fromEnvironment).split(","));
        }
        Set<Path> paths = new LinkedHashSet<>();
        for (String text : wanted) {
            paths.addAll(expand(text.strip()));
        }
        return List.copyOf(paths);
    }

    /** A glob stands for the sockets that match, in the order of their names; text without one, or without a match, for itself. */
    private static List<Path> expand(String text) {
        int firstSpecial = text.replaceAll("[*?\\[{].*", "").length();
        if (firstSpecial == text.length()) {
            return List.of(Path.of(text));
        }
        Path fixed = Path.of(text.substring(0, Math.max(0, text.lastIndexOf('/', firstSpecial))) + "/");
        String pattern = text.substring(fixed.toString().length() + (fixed.toString().endsWith("/") ? 0 : 1));
        List<Path> matches = match(fixed, List.of(pattern.split("/")));
        return matches.isEmpty() ? List.of(Path.of(text)) : matches;
    }

    private static List<Path> match(Path directory, List<String> patterns) {
        List<Path> matches = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return matches;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory, patterns.getFirst())) {
            for (Path child : children) {
                if (patterns.size() == 1) {
                    matches.add(child);
                } else {
                    matches.addAll(match(child, patterns.subList(1, patterns.size())));
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(Exit.NO_ANSWER, "cannot look into " + directory + ": " + e.getMessage());
        }
        matches.sort(null);
        return matches;
    }
}
