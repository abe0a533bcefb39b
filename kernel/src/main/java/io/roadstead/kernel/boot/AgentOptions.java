package io.roadstead.kernel.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import io.roadstead.kernel.config.AgentConfig;
import io.roadstead.kernel.config.ConfigInput;

/**
 * What an agent is started with.
 *
 * @param random  must be safe for any thread
 * @param logging called with the section {@code roadstead.logging} at the start and after a change; an embedder that has its own logging ignores it
 */
public record AgentOptions(ConfigInput config, InstantSource clock, RandomGenerator random, Consumer<AgentConfig.Logging> logging) {

    /** A configuration file, with the process's environment, the machine's clock and real chance; logging is left alone. */
    public static AgentOptions ofFile(Path file) {
        return of(ConfigInput.ofFile(file, System.getenv(), hostName()));
    }

    /** A configuration text, with paths relative to a directory and without the process's environment; else as above. */
    public static AgentOptions ofText(String hocon, Path baseDirectory) {
        return of(ConfigInput.ofText(hocon, baseDirectory, Map.of(), hostName()));
    }

    private static AgentOptions of(ConfigInput config) {
        return new AgentOptions(config, Clock.systemUTC(), new SecureRandom(), ignored -> {
        });
    }

    /** The same with full paths and values that are stronger than the configuration. */
    public AgentOptions withOverrides(Map<String, Object> overrides) {
        return new AgentOptions(config.withOverrides(overrides), clock, random, logging);
    }

    /** The same with other time and chance. */
    public AgentOptions withClockAndRandom(InstantSource newClock, RandomGenerator newRandom) {
        return new AgentOptions(config, newClock, newRandom, logging);
    }

    /** The same with somebody who sets logging up. */
    public AgentOptions withLogging(Consumer<AgentConfig.Logging> newLogging) {
        return new AgentOptions(config, clock, random, newLogging);
    }

    /** In lower case, as Kubernetes names nodes. Linux tells it without a look-up, which could block. */
    static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip().toLowerCase(Locale.ROOT);
        } catch (IOException ignored) { // not Linux
            try {
                return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            } catch (UnknownHostException nameless) {
                return "localhost";
            }
        }
    }
}
