package io.roadstead.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.roadstead.kernel.boot.Main;

/** The verbs that are an agent, or would be one: handed on to the kernel, which ends the process with its own exit codes. */
final class AgentCommands {

    private AgentCommands() {
    }

    /** Options of all. */
    static final class AgentOptions {
        @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration (HOCON).")
        private Path config = Path.of("");

        @Option(names = "--set", paramLabel = "PATH=VALUE", description = "A value that is stronger than the file's; may be given again.")
        private List<String> overrides = new ArrayList<>();

        Integer run(String verb) {
            return run(verb, config, overrides);
        }

        static Integer run(String verb, Path config, List<String> overrides) {
            List<String> args = new ArrayList<>(List.of(verb, "--config", config.toString()));
            overrides.forEach(override -> args.addAll(List.of("--set", override)));
            Main.main(args.toArray(String[]::new));
            return Exit.OK;
        }
    }

    /** {@code agent}. */
    @Command(name = "agent", description = "Run the agent until SIGTERM or SIGINT.")
    static final class Run implements Callable<Integer> {
        @Mixin
        private final AgentOptions options = new AgentOptions();

        @Override
        public Integer call() {
            return options.run("agent");
        }
    }
}
