package io.roadstead.kernel.boot;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.config.AgentConfig.Logging;
import io.roadstead.kernel.config.ConfigProblem;

/** The agent as a process: {@code agent --config FILE}. Ends on SIGTERM or SIGINT with one of {@link ExitCode}. */
public final class Main {

    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private static final String USAGE = """
            usage: agent --config FILE [--set PATH=VALUE]...    run the agent until SIGTERM or SIGINT
                   check --config FILE [--set PATH=VALUE]...    say what is wrong with the configuration
                   detach --config FILE [--set PATH=VALUE]...   take away what a datapath has left on this machine; stop the agent first
            exit codes: 0 ok, 1 internal error, 2 usage, 3 configuration, 4 plugin, 5 resource (port, permission, file), 6 not stopped in time
            """;

    private final PrintStream out;
    private final PrintStream err;
    private final Consumer<Logging> logging;

    Main(PrintStream out, PrintStream err, Consumer<Logging> logging) {
        this.out = out;
        this.err = err;
        this.logging = logging;
    }

    /** Runs and ends the process. */
    public static void main(String[] args) {
        System.setProperty("guice_bytecode_gen_option", "DISABLED"); // it would use sun.misc.Unsafe, of which Java 25 warns
        LogSetup.apply(new Logging(Logging.Format.TEXT, Logging.Level.WARN, Map.of())); // until the configuration is read
        ExitCode code = new Main(System.out, System.err, LogSetup::apply).run(List.of(args));
        Runtime.getRuntime().halt(code.code()); // System.exit would wait for the shutdown hook, which waits for this
    }

    /** Does what the arguments say; returns when the agent has ended. */
    ExitCode run(List<String> args) {
        Arguments arguments = Arguments.parse(args);
        Path config = arguments.config;
        if (!arguments.problem.isEmpty() || config == null) {
            err.print(arguments.problem + "\n" + USAGE);
            return ExitCode.USAGE;
        }
        AgentOptions options = AgentOptions.ofFile(config).withOverrides(arguments.overrides).withLogging(logging);
        try {
            return switch (arguments.verb) {
                case "check" -> check(options);
                case "detach" -> detach(options);
                default -> agent(options);
            };
        } catch (RoadsteadException failed) {
            err.println("roadstead: " + failed.getMessage());
            for (Throwable further : failed.getSuppressed()) {
                err.println("roadstead: also: " + further.getMessage());
            }
            if (ExitCode.of(failed) == ExitCode.INTERNAL) {
                log.error("agent failed", failed);
            }
            return ExitCode.of(failed);
        }
    }

    private ExitCode check(AgentOptions options) {
        List<ConfigProblem> problems = AgentCheck.check(options);
        problems.forEach(problem -> out.println(problem.severity().name().toLowerCase(Locale.ROOT) + ": " + problem));
        boolean errors = problems.stream().anyMatch(problem -> problem.severity() == ConfigProblem.Severity.ERROR);
        out.println(errors ? "The configuration cannot be used." : "The configuration can be used.");
        return errors ? ExitCode.CONFIG : ExitCode.OK;
    }

    private ExitCode detach(AgentOptions options) {
        Map<String, List<String>> removed = AgentDetach.detach(options);
        removed.values().forEach(lines -> lines.forEach(line -> out.println("removed " + line)));
        if (removed.values().stream().allMatch(List::isEmpty)) {
            out.println(removed.isEmpty()
                    ? "No loaded plugin has a datapath that leaves anything behind."
                    : "There was nothing to remove.");
        }
        return ExitCode.OK;
    }

    private ExitCode agent(AgentOptions options) {
        CountDownLatch asked = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().name("shutdown").unstarted(() -> {
            asked.countDown();
            awaitQuietly(new CountDownLatch(1)); // keeps the process until main has stopped the agent and halts it with its code
        });
        Runtime.getRuntime().addShutdownHook(hook); // before the start: a signal that comes early stops what has started by then
        try (Agent agent = Agent.start(options)) {
            awaitQuietly(asked);
            agent.stop();
        } finally {
            remove(hook);
        }
        return ExitCode.OK;
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) { // it runs already
            log.debug("shutting down");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command line. */
    private record Arguments(String verb, @Nullable Path config, Map<String, Object> overrides, String problem) {

        static Arguments parse(List<String> args) {
            List<String> rest = new ArrayList<>(args);
            String verb = rest.isEmpty() || rest.getFirst().startsWith("-") ? "agent" : rest.removeFirst();
            Path config = null;
            Map<String, Object> overrides = new TreeMap<>();
            if (!List.of("agent", "check", "detach").contains(verb)) {
                return new Arguments(verb, null, overrides, "unknown verb '" + verb + "'");
            }
            for (int i = 0; i < rest.size(); i += 2) {
                String option = rest.get(i);
                if (i + 1 == rest.size()) {
                    return new Arguments(verb, config, overrides, option + " needs a value");
                }
                String value = rest.get(i + 1);
                int equals = value.indexOf('=');
                if (option.equals("--config")) {
                    config = Path.of(value);
                } else if (option.equals("--set") && equals > 0) {
                    overrides.put(value.substring(0, equals), value.substring(equals + 1));
                } else {
                    return new Arguments(verb, config, overrides, "unknown option '" + option + " " + value + "'");
                }
            }
            return new Arguments(verb, config, overrides, config == null ? "--config is missing" : "");
        }
    }
}
