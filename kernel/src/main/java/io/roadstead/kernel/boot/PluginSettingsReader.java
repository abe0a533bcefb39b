package io.roadstead.kernel.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.config.AgentConfig;
import io.roadstead.kernel.plugin.PluginSettings;

/** From {@code roadstead.plugins} to what the plugin service wants. */
final class PluginSettingsReader {

    private static final Duration SETTLE = Duration.ofMillis(300);

    private PluginSettingsReader() {
    }

    static PluginSettings of(AgentConfig.Plugins config, Path workDirectory) {
        List<String> keys = config.signatureKeys().stream().map(PluginSettingsReader::key).toList();
        return new PluginSettings(config.directory(), config.lockFile(), config.lockMode(), config.strict(), config.disabled(), keys,
                config.allowSharedFolder(), workDirectory, SETTLE);
    }

    /** The base 64 between the first and last line of a PEM file. */
    private static String key(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.map(String::strip).filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
        } catch (IOException unreadable) {
            throw new RoadsteadException(CommonErrorCode.CONFIG_FILE_MISSING, "roadstead.plugins.signature-keys",
                    "file " + file + " cannot be read",
                    "name a PEM file with an Ed25519 public key", unreadable);
        }
    }
}
