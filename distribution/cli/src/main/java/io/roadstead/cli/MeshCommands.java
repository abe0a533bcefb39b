package io.roadstead.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The verbs of {@code roadstead mesh}. */
final class MeshCommands {

    private static final String MESH = "/v1/mesh";

    private MeshCommands() {
    }

    /** Asks each agent; what one says no to is listed, the others' answers count. */
    private static Agents.Answers ask(Agents agents, Question question) {
        Map<Path, JsonNode> answers = new TreeMap<>();
        List<CommandFailure> failures = new ArrayList<>();
        for (Path socket : agents.paths()) {
            try {
                answers.put(socket, question.ask(agents.client(socket), failures));
            } catch (CommandFailure failure) {
                failures.add(failure);
            }
        }
        return new Agents.Answers(answers, failures);
    }

    /** What is asked of one agent; failures that leave something to show are added to the list. */
    @FunctionalInterface
    private interface Question {
        JsonNode ask(AdminClient client, List<CommandFailure> failures);
    }

    private static List<String> names(JsonNode mesh) {
        List<String> names = new ArrayList<>();
        mesh.path("remotes").forEach(remote -> names.add(Json.text(remote, "name")));
        return names;
    }

    private static CommandFailure unknown(String cluster, JsonNode mesh) {
        List<String> names = names(mesh);
        return new CommandFailure(Exit.ANSWERED_ERROR, "cluster " + cluster + ": is not one of the mesh"
                + (names.isEmpty() ? ", which has no other cluster" : "; it has " + String.join(", ", names)));
    }

    /** {@code mesh status}. */
    @Command(name = "status", description = "Show how other clusters are connected, what is known of them, and what this one tells them.")
    static final class Status extends Commands.Verb {
        @Parameters(arity = "0..*", paramLabel = "CLUSTER", description = "Only these. Default: all.")
        private List<String> clusters = new ArrayList<>();

        Status(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return printer.print(ask(agents, this::only), answers -> MeshText.status(answers, terminal.clock()));
        }

        private JsonNode only(AdminClient client, List<CommandFailure> failures) {
            JsonNode mesh = client.json(MESH);
            if (clusters.isEmpty() || !(mesh instanceof ObjectNode object)) {
                return mesh;
            }
            clusters.stream().filter(name -> !names(mesh).contains(name)).forEach(name -> failures.add(unknown(name, mesh)));
            ArrayNode wanted = JsonNodeFactory.instance.arrayNode();
            mesh.path("remotes").forEach(remote -> {
                if (clusters.contains(Json.text(remote, "name"))) {
                    wanted.add(remote);
                }
            });
            return object.set("remotes", wanted);
        }
    }

    /** {@code mesh troubleshoot}. */
    @Command(name = "troubleshoot", description = {
        "Try each cluster's store afresh, step by step: names, connections, TLS, certificates, permissions, content.",
        "Ends with 9 when a step fails."})
    static final class Troubleshoot extends Commands.Verb {
        /** A store that does not answer is waited for. */
        private static final long LEAST_SECONDS = 60;

        @Parameters(arity = "0..*", paramLabel = "CLUSTER",
                description = "Only these. Default: all, and the own one where it is published.")
        private List<String> clusters = new ArrayList<>();

        Troubleshoot(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            agents.waitAtLeast(LEAST_SECONDS);
            Agents.Answers answers = ask(agents, this::diagnose);
            int exit = printer.print(answers, MeshText::diagnosis);
            return exit == Exit.OK && failed(answers) ? Exit.NOT_WELL : exit;
        }

        private JsonNode diagnose(AdminClient client, List<CommandFailure> failures) {
            ArrayNode diagnosed = JsonNodeFactory.instance.arrayNode();
            for (String cluster : clusters.isEmpty() ? all(client.json(MESH)) : clusters) {
                try {
                    JsonNode checks = client.json(MESH + "/troubleshoot?cluster=" + Commands.encode(cluster));
                    diagnosed.addObject().put("cluster", cluster).set("checks", checks);
                } catch (CommandFailure failure) {
                    failures.add(failure);
                }
            }
            return diagnosed;
        }

        private static List<String> all(JsonNode mesh) {
            List<String> names = names(mesh);
            if (mesh.has("own")) {
                names.add(Json.text(mesh, "cluster"));
            }
            return names;
        }

        private static boolean failed(Agents.Answers answers) {
            return answers.rows().stream().flatMap(cluster -> cluster.path("checks").valueStream())
                    .anyMatch(check -> Json.text(check, "outcome").equals(MeshText.FAILED));
        }
    }
}
