package io.roadstead.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs that ask a running agent. */
final class Commands {

    private Commands() {
    }

    /** What every verb works with. */
    record Terminal(Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err, InstantSource clock) {
    }

    /** A verb: whom it asks and how it prints. */
    abstract static class Verb implements Callable<Integer> {
        @Mixin
        final Agents agents;
        @Mixin
        final Printer printer;
        final Terminal terminal;

        Verb(Terminal terminal) {
            this.terminal = terminal;
            this.agents = new Agents(terminal.environment());
            this.printer = new Printer(terminal.out(), terminal.err());
        }
    }

    /** A verb without words of its own: one view, shown by one function. */
    @Command
    static final class Plain extends Verb {
        private final String path;
        private final Function<Agents.Answers, String> summary;

        Plain(Terminal terminal, String path, Function<Agents.Answers, String> summary) {
            super(terminal);
            this.path = path;
            this.summary = summary;
        }

        /** Ready to be added, with a name and one sentence for the help. */
        static CommandLine of(String name, String description, Plain verb) {
            CommandLine command = new CommandLine(verb);
            command.getCommandSpec().name(name).usageMessage().description(description);
            return command;
        }

        @Override
        public Integer call() {
            return printer.print(agents.ask(path), summary);
        }
    }

    /** {@code status}. */
    @Command(name = "status", description = "Show the agent as a whole, and what somebody should look at.")
    static final class Status extends Verb {
        @Option(names = {"-v", "--verbose"}, description = "Show every component.")
        private boolean verbose;

        Status(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return printer.print(agents.ask("/v1/status"), answers -> StatusText.of(answers, verbose, terminal.clock()));
        }
    }

    /** {@code bgp routes}. */
    @Command(name = "routes", description = {
        "Show routes: roadstead bgp routes [available|advertised|received] [ipv4|ipv6] [unicast] [peer ADDRESS].",
        "available: what this node originates and has learned; advertised: what each peer was told; received: what each peer sent."})
    static final class Routes extends Verb {
        @Parameters(arity = "0..*", paramLabel = "WORD", description = "Default: available ipv4 unicast.")
        private String[] words = {};

        Routes(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            RouteQuery query = RouteQuery.parse(words);
            return printer.print(agents.ask(query.path()), answers -> BgpTables.routes(answers, query.perPeer()));
        }
    }

    /** {@code explain route}. */
    @Command(name = "route", description = "Say why a prefix is, or is not, announced to each peer.")
    static final class ExplainRoute extends Verb {
        @Parameters(paramLabel = "PREFIX", description = "For example 172.16.1.1/32.")
        private String prefix = "";

        ExplainRoute(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return printer.print(agents.ask("/v1/explain/route?prefix=" + encode(prefix)), ExplainText::of);
        }
    }

    /** {@code explain service}. */
    @Command(name = "service", description = "Say why a Service's addresses are, or are not, announced to each peer.")
    static final class ExplainService extends Verb {
        @Parameters(paramLabel = "NAMESPACE/NAME", description = "For example default/webpod; without a namespace it is default.")
        private String name = "";

        ExplainService(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            String full = name.contains("/") ? name : "default/" + name;
            return printer.print(agents.ask("/v1/explain/service?name=" + encode(full)), ExplainText::of);
        }
    }

    /** {@code metrics}. */
    @Command(name = "metrics", description = "Show the figures as Prometheus reads them.")
    static final class Metrics extends Verb {
        Metrics(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            printer.print(agents.askText("/metrics"));
            return Exit.OK;
        }
    }

    /** For a query. */
    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
