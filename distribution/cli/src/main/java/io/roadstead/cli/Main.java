package io.roadstead.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Entry of the {@code roadstead} command, as a process and within one. */
public final class Main {

    private Main() {
    }

    /** Executes one command and ends the process with its code. */
    public static void main(String[] args) {
        List<String> words = List.of(args);
        if (words.size() > 1 && words.getFirst().equals("agent") && !words.contains("--help") && !words.contains("-h")) {
            io.roadstead.kernel.boot.Main.main(args); // past the tree of commands: building it costs a tenth of the agent's start
        }
        int code = execute(System.getenv(), new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8), args);
        System.exit(code);
    }

    /** Executes one command of those that ask a running agent; gives its exit code. */
    public static int execute(Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
        int code = Cli.commandLine(new Commands.Terminal(environment, System.in, out, err, Clock.systemUTC())).execute(args);
        out.flush();
        err.flush();
        return code;
    }
}
