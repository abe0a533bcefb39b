package io.roadstead.cli;

import java.util.function.Function;

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

    @Command(name = "lb", description = "Load balancing.", synopsisSubcommandLabel = "COMMAND")
    private record Lb() {
    }

    @Command(name = "ct", description = "Flows that the datapath remembers.", synopsisSubcommandLabel = "COMMAND")
    private record Ct() {
    }

    @Command(name = "nat", description = "Translations of replies.", synopsisSubcommandLabel = "COMMAND")
    private record Nat() {
    }

    @Command(name = "datapath", description = "What carries packets.", synopsisSubcommandLabel = "COMMAND")
    private record Datapath() {
    }

    @Command(name = "ippool", description = "Load-balancer address pools.", synopsisSubcommandLabel = "COMMAND")
    private record IpPool() {
    }

    @Command(name = "node", description = "Nodes.", synopsisSubcommandLabel = "COMMAND")
    private record Node() {
    }

    @Command(name = "route", description = "Routes of this node's own packets.", synopsisSubcommandLabel = "COMMAND")
    private record Route() {
    }

    @Command(name = "mesh", description = "Other clusters.", synopsisSubcommandLabel = "COMMAND")
    private record Mesh() {
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
                        .addSubcommand("peers", plain(terminal, "peers", "Show the sessions.",
                                "/v1/bgp/peers", BgpTables::peers), "neighbors")
                        .addSubcommand(new Commands.Routes(terminal))
                        .addSubcommand(plain(terminal, "route-policies",
                                "Show what is exported to each peer, one policy per peer, family and advertisement.",
                                "/v1/bgp/route-policies", BgpTables::policies)))
                .addSubcommand(new CommandLine(new Service())
                        .addSubcommand(new BalancingCommands.ServiceList(terminal)))
                .addSubcommand(new CommandLine(new Lb())
                        .addSubcommand(new BalancingCommands.LbList(terminal))
                        .addSubcommand(plain(terminal, "maps", "Show the datapath's tables and how full they are.",
                                "/v1/lb/maps", BalancingTables::maps))
                        .addSubcommand(plain(terminal, "counters", "Show what the datapath forwarded and dropped, by reason.",
                                "/v1/lb/counters", BalancingTables::counters))
                        .addSubcommand(new BalancingCommands.Simulate(terminal)))
                .addSubcommand(new CommandLine(new Ct()).addSubcommand("list", named(new BalancingCommands.Flows(terminal, false),
                        "list", "Show flows from clients to Services.")))
                .addSubcommand(new CommandLine(new Nat()).addSubcommand("list", named(new BalancingCommands.Flows(terminal, true),
                        "list", "Show how replies are translated on their way back.")))
                .addSubcommand(new BalancingCommands.Observe(terminal))
                .addSubcommand(new CommandLine(new Datapath()).addSubcommand(new BalancingCommands.Detach(terminal)))
                .addSubcommand(new CommandLine(new IpPool())
                        .addSubcommand(plain(terminal, "list", "Show load-balancer address pools and how full they are.",
                                "/v1/ippools", ClusterTables::pools)))
                .addSubcommand(new CommandLine(new Node())
                        .addSubcommand(plain(terminal, "list", "Show the nodes of this cluster and of the others.",
                                "/v1/nodes", ClusterTables::nodes))
                        .addSubcommand(new MaintenanceCommands.Status(terminal))
                        .addSubcommand(new MaintenanceCommands.Drain(terminal))
                        .addSubcommand(new MaintenanceCommands.Undrain(terminal)))
                .addSubcommand(new CommandLine(new Route()).addSubcommand(plain(terminal, "list",
                        "Show the routes that are kept in the system's table, and why one is not there.",
                        "/v1/routes", ClusterTables::routes)))
                .addSubcommand(new CommandLine(new Mesh())
                        .addSubcommand(new MeshCommands.Status(terminal))
                        .addSubcommand(new MeshCommands.Troubleshoot(terminal)))
                .addSubcommand(new CommandLine(new Plugin())
                        .addSubcommand(plain(terminal, "list", "Show the plugins of a running agent, the refused ones too.",
                                "/v1/plugins", ClusterTables::plugins))
                        .addSubcommand(new PluginCommands.Lock(terminal))
                        .addSubcommand(new PluginCommands.Verify(terminal))
                        .addSubcommand(new PluginCommands.Install(terminal)))
                .addSubcommand(new CommandLine(new Explain())
                        .addSubcommand(new Commands.ExplainRoute(terminal))
                        .addSubcommand(new Commands.ExplainService(terminal))
                        .addSubcommand(new BalancingCommands.ExplainFlow(terminal)))
                .addSubcommand(new CommandLine(new Config())
                        .addSubcommand(plain(terminal, "view",
                                "Show the effective configuration with the origin of each value; secrets are masked.",
                                "/v1/config", ClusterTables::config))
                        .addSubcommand(new ConfigCommands.Check(terminal))
                        .addSubcommand(new ConfigCommands.Translate(terminal)))
                .addSubcommand(new Commands.Metrics(terminal))
                .addSubcommand(new AutoComplete.GenerateCompletion())
                .addSubcommand(new HelpCommand());
        helpEverywhere(root);
        root.getCommandSpec().version("roadstead " + version());
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

    /** {@code --help} behind any command, {@code --version} behind the first. */
    private static void helpEverywhere(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getSubcommands().values().stream().distinct()
                .filter(sub -> !(sub.getCommand() instanceof HelpCommand) && !sub.getCommandSpec().mixinStandardHelpOptions())
                .forEach(Cli::helpEverywhere);
    }

    /** Of the jar; {@code development} when run from classes. */
    private static String version() {
        String version = Cli.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static CommandLine named(Object verb, String name, String description) {
        CommandLine command = new CommandLine(verb);
        command.getCommandSpec().name(name).usageMessage().description(description);
        return command;
    }

    private static CommandLine plain(Commands.Terminal terminal, String name, String description, String path,
            Function<Agents.Answers, String> summary) {
        return Commands.Plain.of(name, description, new Commands.Plain(terminal, path, summary));
    }
}
