package io.roadstead.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The tree of commands. */
final class Cli {

    private Cli() {
    }

    @Command(name = "roadstead", description = "Lets traffic find its way into, out of and between Kubernetes clusters.",
            synopsisSubcommandLabel = "COMMAND")
    private record Root() {
    }

    @Command(name = "bgp", description = "Sessions and routes.", synopsisSubcommandLabel = "COMMAND")
    private record Bgp() {
    }

    @Command(name = "service", description = "Services.", synopsisSubcommandLabel = "COMMAND")
    private record Service() {
    }

    @Command(name = "ippool", description = "Load-balancer address pools.", synopsisSubcommandLabel = "COMMAND")
    private record IpPool() {
    }

    @Command(name = "node", description = "Nodes.", synopsisSubcommandLabel = "COMMAND")
    private record Node() {
    }

    @Command(name = "plugin", description = "Plugins.", synopsisSubcommandLabel = "COMMAND")
    private record Plugin() {
    }

    @Command(name = "explain", description = "Why something is as it is.", synopsisSubcommandLabel = "COMMAND")
    private record Explain() {
    }

    @Command(name = "config", description = "Configuration.", synopsisSubcommandLabel = "COMMAND")
    private record Config() {
    }

    /** All commands, ready to execute. */
    static CommandLine commandLine(Commands.Terminal terminal) {
        CommandLine root = new CommandLine(new Root())
                .addSubcommand(new AgentCommands.Run())
                .addSubcommand(new Commands.Status(terminal))
                .addSubcommand(new CommandLine(new Bgp())
                        .addSubcommand(new Commands.Peers(terminal))
                        .addSubcommand(new Commands.Routes(terminal))
                        .addSubcommand(new Commands.RoutePolicies(terminal)))
                .addSubcommand(new CommandLine(new Service()).addSubcommand(new Commands.Services(terminal)))
                .addSubcommand(new CommandLine(new IpPool()).addSubcommand(new Commands.Pools(terminal)))
                .addSubcommand(new CommandLine(new Node()).addSubcommand(new Commands.Nodes(terminal)))
                .addSubcommand(new CommandLine(new Plugin())
                        .addSubcommand(new Commands.Plugins(terminal))
                        .addSubcommand(new PluginCommands.Lock(terminal))
                        .addSubcommand(new PluginCommands.Verify(terminal))
                        .addSubcommand(new PluginCommands.Install(terminal)))
                .addSubcommand(new CommandLine(new Explain())
                        .addSubcommand(new Commands.ExplainRoute(terminal))
                        .addSubcommand(new Commands.ExplainService(terminal)))
                .addSubcommand(new CommandLine(new Config())
                        .addSubcommand(new Commands.ConfigShown(terminal))
                        .addSubcommand(new AgentCommands.Check()))
                .addSubcommand(new Commands.Metrics(terminal))
                .addSubcommand(new AutoComplete.GenerateCompletion())
                .addSubcommand(new HelpCommand());
        root.setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(terminal.out())
                .setErr(terminal.err())
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    if (exception instanceof CommandFailure failure) {
                        command.getErr().println("roadstead: " + failure.text());
                        return failure.exitCode();
                    }
                    throw exception;
                });
        return root;
    }
}
