package io.roadstead.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code node status|drain|undrain}: taking this agent's node out of service, and back. */
final class MaintenanceCommands {

    private static final String MAINTENANCE = "/v1/node/maintenance";

    private MaintenanceCommands() {
    }

    /** {@code node status}. */
    @Command(name = "status", description = "Show how far this agent's node is out of service, why, and how that is undone.")
    static final class Status extends Commands.Verb {
        Status(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return printer.print(agents.ask(MAINTENANCE), answers -> MaintenanceText.of(answers, terminal.clock()));
        }
    }

    /** A verb that changes something, and hence one node. */
    abstract static class Changing extends Commands.Verb {
        @Parameters(arity = "0..1", paramLabel = "NODE", description = "The node that is meant; it must be this agent's own.")
        private @Nullable String node;

        Changing(Commands.Terminal terminal) {
            super(terminal);
        }

        /** The one agent that is asked. Fails when several are named, or the node is another's. */
        final AdminClient client() {
            List<Path> paths = agents.paths();
            if (paths.size() != 1) {
                throw new CommandFailure(Exit.USAGE,
                        "this changes one node, and " + paths.size() + " agents are named; name one by --socket");
            }
            AdminClient client = agents.client(paths.getFirst());
            if (node != null) {
                String own = Json.text(client.json(MAINTENANCE), "node");
                if (!own.equals(node)) {
                    throw new CommandFailure(Exit.USAGE,
                            "the agent at " + paths.getFirst() + " is that of node " + own + "; say it on " + node
                                    + ", or from anywhere: kubectl annotate node " + node + " " + elsewhere());
                }
            }
            return client;
        }

        /** What kubectl annotates another node with. */
        abstract String elsewhere();

        final int print(JsonNode maintenance) {
            Agents.Answers answers = new Agents.Answers(Map.of(agents.paths().getFirst(), maintenance), List.of());
            return printer.print(answers, all -> MaintenanceText.of(all, terminal.clock()));
        }
    }

    /** {@code node drain}. */
    @Command(name = "drain", description = {
        "Take this agent's node out of service: its routes are marked at once (GRACEFUL_SHUTDOWN), and withdrawn after the grace period.",
        "Holds over restarts of the agent, until 'roadstead node undrain'.",
        "With --wait it ends with 9 when the node does not become drained."})
    static final class Drain extends Changing {
        /** Between two looks. */
        private static final Duration INTERVAL = Duration.ofMillis(200);

        @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "For people; shown with the state. One line.")
        private String reason = "";

        @Option(names = "--wait", description = "Return only when the routes have been withdrawn.")
        private boolean wait;

        Drain(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        String elsewhere() {
            return "roadstead.io/drain=true";
        }

        @Override
        public Integer call() throws InterruptedException {
            AdminClient client = client();
            JsonNode now = client.command("/v1/node/drain" + (reason.isEmpty() ? "" : "?reason=" + Commands.encode(reason)));
            if (wait) {
                now = drained(client, now);
            }
            int exit = print(now);
            return exit == Exit.OK && wait && !phase(now).equals(MaintenanceText.DRAINED) ? Exit.NOT_WELL : exit;
        }

        /** Looks until it is drained, somebody has taken it back, or the next step is overdue by the time that an answer may take. */
        private JsonNode drained(AdminClient client, JsonNode begun) throws InterruptedException {
            JsonNode now = begun;
            while (!phase(now).equals(MaintenanceText.DRAINED) && !phase(now).equals(MaintenanceText.ACTIVE) && !overdue(now)) {
                Thread.sleep(INTERVAL);
                now = client.json(MAINTENANCE);
            }
            return now;
        }

        private boolean overdue(JsonNode now) {
            String next = Json.text(now, "next-step-at");
            return next.isEmpty() || terminal.clock().instant().isAfter(Instant.parse(next).plusSeconds(agents.timeoutSeconds()));
        }

        private static String phase(JsonNode maintenance) {
            return Json.text(maintenance, "phase");
        }
    }

    /** {@code node undrain}. */
    @Command(name = "undrain", description = {"Take 'roadstead node drain' back: everything is announced again at once.",
        "Ends with 9 when something else still keeps the node out of service."})
    static final class Undrain extends Changing {
        Undrain(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        String elsewhere() {
            return "roadstead.io/drain-";
        }

        @Override
        public Integer call() {
            JsonNode now = client().command("/v1/node/undrain");
            int exit = print(now);
            return exit == Exit.OK && MaintenanceText.underWay(now) ? Exit.NOT_WELL : exit;
        }
    }
}
