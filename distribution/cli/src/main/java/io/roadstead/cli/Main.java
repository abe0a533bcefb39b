package io.roadstead.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/** Entry of the {@code roadstead} command. */
public final class Main {

    private Main() {
    }

    /** Executes one command and ends the process with its code. */
    public static void main(String[] args) {
        Commands.Terminal terminal = new Commands.Terminal(System.getenv(), new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8), Clock.systemUTC());
        int code = Cli.commandLine(terminal).execute(args);
        terminal.out().flush();
        System.exit(code);
    }
}
