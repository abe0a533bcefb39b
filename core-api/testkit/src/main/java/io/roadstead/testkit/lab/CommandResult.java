package io.roadstead.testkit.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What a command said and how it ended. */
public record CommandResult(List<String> command, int exitCode, String output, String errors) {

    /** Longer than any command of a lab takes on a busy machine; a wait for more is the business of {@link Eventually}. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    public CommandResult {
        command = List.copyOf(command);
    }

    /** Runs the command to its end in the test's own namespace; throws {@link LabException} after 30 s. Any exit code is a result. */
    public static CommandResult of(List<String> command) {
        try {
            var process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
                var output = readers.submit(() -> text(process.getInputStream()));
                var errors = readers.submit(() -> text(process.getErrorStream()));
                if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new LabException("not finished within " + TIMEOUT + ": " + String.join(" ", command));
                }
                return new CommandResult(command, process.exitValue(), joined(output), joined(errors));
            }
        } catch (IOException e) {
            throw new LabException("cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            throw LabException.interrupted("running " + String.join(" ", command), e);
        }
    }

    /** Standard output of a command that ended with 0; throws {@link LabException} with all it said otherwise. */
    public String successfulOutput() {
        if (exitCode != 0) {
            throw new LabException("exit code " + exitCode + " of " + String.join(" ", command) + "\n" + errors + output);
        }
        return output;
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String joined(Future<String> text) throws InterruptedException {
        try {
            return text.get();
        } catch (ExecutionException e) {
            throw new LabException("cannot read the output", e.getCause());
        }
    }
}
