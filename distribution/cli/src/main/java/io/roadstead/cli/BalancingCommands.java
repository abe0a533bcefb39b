package io.roadstead.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs about load balancing that take words of their own. */
final class BalancingCommands {

    private BalancingCommands() {
    }

    /** {@code service list}. */
    @Command(name = "list", description = "Show Services with their frontends and backends; those in another cluster have its name.")
    static final class ServiceList extends Commands.Verb {
        @Option(names = "--clustermesh-affinity", description = "Mark the backends that a Service prefers to those of other clusters.")
        private boolean affinity;

        ServiceList(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return printer.print(agents.ask("/v1/services"), answers -> BalancingTables.services(answers, affinity));
        }
    }

    /** {@code lb list}. */
    @Command(name = "list", description = "Show frontends and their backends by slot, as packets see them.")
    static final class LbList extends Commands.Verb {
        @ArgGroup
        private What what = new What();

        LbList(Commands.Terminal terminal) {
            super(terminal);
        }

        /** What is shown instead of everything; one of them. */
        private static final class What {
            @Option(names = "--frontends", description = "Only the frontends.")
            private boolean frontends;
            @Option(names = "--backends", description = "Only the backends.")
            private boolean backends;
            @Option(names = "--source-ranges", description = "Who may connect.")
            private boolean sourceRanges;
        }

        @Override
        public Integer call() {
            if (what.sourceRanges) {
                return printer.print(agents.ask("/v1/lb/source-ranges"), BalancingTables::sourceRanges);
            }
            return printer.print(agents.ask("/v1/lb/entries"), what.frontends
                    ? BalancingTables::frontends
                    : what.backends ? BalancingTables::backendList : BalancingTables::entries);
        }
    }

    /** {@code lb simulate}. */
    @Command(name = "simulate", description = {"Show how evenly a Service's tables share, and what would move without one backend.",
        "Changes nothing."})
    static final class Simulate extends Commands.Verb {
        @Parameters(paramLabel = "NAMESPACE/NAME", description = "For example default/webpod; without a namespace it is default.")
        private String service = "";

        @Option(names = "--without", paramLabel = "BACKEND", defaultValue = "", description = "Its address, or address:port.")
        private String without = "";

        Simulate(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return printer.print(
                    agents.ask("/v1/lb/simulate?service=" + Commands.encode(service)
                            + (without.isEmpty() ? "" : "&without=" + Commands.encode(without))),
                    BalancingTables::simulation);
        }
    }

    /** {@code ct list} and {@code nat list}. */
    @Command
    static final class Flows extends Commands.Verb {
        private final boolean translations;

        @Option(names = "--limit", paramLabel = "COUNT", defaultValue = "1000", description = "The most to show. Default: ${DEFAULT-VALUE}")
        private int limit = 1000;

        Flows(Commands.Terminal terminal, boolean translations) {
            super(terminal);
            this.translations = translations;
        }

        @Override
        public Integer call() {
            return translations
                    ? printer.print(agents.ask("/v1/lb/translations?limit=" + limit), BalancingTables::translations)
                    : printer.print(agents.ask("/v1/lb/flows?limit=" + limit), BalancingTables::connections);
        }
    }

    /** {@code explain flow}. */
    @Command(name = "flow", description = "Say what would become of a flow's first packet, by running it through what is in force.")
    static final class ExplainFlow extends Commands.Verb {
        @Option(names = "--src", required = true, paramLabel = "ADDRESS:PORT", description = "The client.")
        private String source = "";

        @Option(names = "--dst", required = true, paramLabel = "ADDRESS:PORT", description = "Where it connects to.")
        private String destination = "";

        @Option(names = "--proto", paramLabel = "tcp|udp", defaultValue = "tcp", description = "Default: ${DEFAULT-VALUE}")
        private String protocol = "tcp";

        ExplainFlow(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return printer.print(agents.ask("/v1/explain/flow?src=" + Commands.encode(source) + "&dst=" + Commands.encode(destination)
                    + "&proto=" + Commands.encode(protocol)), BalancingTables::explanation);
        }
    }

    /** {@code observe}. */
    @Command(name = "observe", description = {"Show flows to Services as they begin, end or are dropped.",
        "Filters count together; an address or port counts wherever it stands."})
    static final class Observe extends Commands.Verb {
        private static final JsonMapper JSON = new JsonMapper();

        @Option(names = {"-f", "--follow"}, description = "Go on until interrupted.")
        private boolean follow;
        @Option(names = "--seconds", paramLabel = "SECONDS", defaultValue = "5",
                description = "Without --follow: how long to look. Default: ${DEFAULT-VALUE}")
        private long seconds = 5;
        @Option(names = "--last", paramLabel = "COUNT", defaultValue = "0",
                description = "End after so many events of each agent. Default: no end")
        private int count;
        @Option(names = "--pod", paramLabel = "NAMESPACE/NAME", defaultValue = "", description = "A Pod that stands behind a Service.")
        private String pod = "";
        @Option(names = "--service", paramLabel = "NAMESPACE/NAME", defaultValue = "", description = "A Service.")
        private String service = "";
        @Option(names = "--ip", paramLabel = "ADDRESS", defaultValue = "", description = "Of client, frontend or backend.")
        private String ip = "";
        @Option(names = "--port", paramLabel = "PORT", defaultValue = "", description = "Of client, frontend or backend.")
        private String port = "";
        @Option(names = "--protocol", paramLabel = "tcp|udp", defaultValue = "", description = "Transport.")
        private String protocol = "";
        @Option(names = "--verdict", paramLabel = "VERDICT", defaultValue = "", description = "forwarded, dropped, new or close.")
        private String verdict = "";

        Observe(Commands.Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws InterruptedException {
            List<String> filters = new ArrayList<>();
            filter(filters, "pod", pod);
            filter(filters, "service", service);
            filter(filters, "ip", ip);
            filter(filters, "port", port);
            filter(filters, "protocol", protocol);
            filter(filters, "verdict", verdict);
            String path = "/v1/observe" + (filters.isEmpty() ? "" : "?" + String.join("&", filters));
            AtomicInteger exit = new AtomicInteger(Exit.OK);
            List<Thread> readers = new ArrayList<>();
            for (Path socket : agents.paths()) {
                readers.add(Thread.ofVirtual().start(() -> read(socket, path, exit)));
            }
            for (Thread reader : readers) {
                reader.join();
            }
            return exit.get();
        }

        private static void filter(List<String> filters, String name, String value) {
            if (!value.isEmpty()) {
                filters.add(name + "=" + Commands.encode(value));
            }
        }

        private void read(Path socket, String path, AtomicInteger exit) {
            AtomicInteger seen = new AtomicInteger();
            try {
                agents.client(socket).lines(path, follow ? null : Duration.ofSeconds(seconds), line -> {
                    print(terminal.out(), line);
                    return seen.incrementAndGet() != count;
                });
            } catch (CommandFailure failure) {
                exit.compareAndSet(Exit.OK, failure.exitCode());
                synchronized (terminal.err()) {
                    terminal.err().println("roadstead: " + failure.text());
                    terminal.err().flush();
                }
            }
        }

        private void print(PrintWriter out, String line) {
            String text;
            try {
                JsonNode event = JSON.readTree(line);
                text = printer.structured() ? line : BalancingTables.event(event);
            } catch (JsonProcessingException broken) {
                throw new CommandFailure(Exit.INTERNAL, "an event is not JSON: " + broken.getOriginalMessage());
            }
            synchronized (out) {
                out.println(text);
                out.flush();
            }
        }
    }

    /** {@code datapath detach}. */
    @Command(name = "detach", description = {"Take away what a datapath has left on this machine: programs, tables, everything.",
        "Services are balanced no more until an agent starts again. Stop the agent first."})
    static final class Detach implements Callable<Integer> {
        @Mixin
        private final AgentCommands.AgentOptions options = new AgentCommands.AgentOptions();
        @Mixin
        private final Agents agents;
        private final Commands.Terminal terminal;

        @Option(names = "--yes", description = "Really do it.")
        private boolean yes;

        Detach(Commands.Terminal terminal) {
            this.terminal = terminal;
            this.agents = new Agents(terminal.environment());
        }

        @Override
        public Integer call() {
            if (!yes) {
                throw new CommandFailure(Exit.USAGE,
                        "this ends all balancing on this machine until an agent starts again; say --yes if that is meant");
            }
            Agents.Answers running = agents.ask("/v1/status");
            if (!running.bySocket().isEmpty()) {
                throw new CommandFailure(Exit.REFUSED, "an agent answers at " + running.bySocket().keySet().iterator().next()
                        + " and would go on with what is taken away; stop it first");
            }
            terminal.out().flush();
            return options.run("detach");
        }
    }
}
