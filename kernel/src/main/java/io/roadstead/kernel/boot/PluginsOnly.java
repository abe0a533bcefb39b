package io.roadstead.kernel.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import io.roadstead.kernel.config.ConfigLoader;

/** Loads the plugins as an agent does, for a while; makes no instance, touches no state directory, and may run beside an agent. */
final class PluginsOnly {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private PluginsOnly() {
    }

    /** Calls the body on the lifecycle loop while the plugins are started. */
    static <T> T with(AgentOptions options, Function<AgentParts, T> body) {
        AgentOptions lenient = options.withOverrides(Map.of("roadstead.plugins.strict", false));
        Path work = temporary();
        ConfigLoader loader = new ConfigLoader(lenient.config());
        AgentParts parts = Agent.parts(new KernelModule(lenient, loader, loader.load(List.of()), work));
        try {
            parts.plugins().start();
            return TimeLimit.await("plugins", TIMEOUT, parts.lifecycle().submit(() -> body.apply(parts)));
        } finally {
            parts.plugins().stop();
            parts.endLoops();
            delete(work);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("roadstead-check");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
