package io.roadstead.kernel.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Where the configuration comes from.
 *
 * @param file          read anew at each load; null when {@code text} is the configuration
 * @param baseDirectory what relative paths are relative to: the file's directory, wherever the value stands
 * @param text          HOCON instead of a file; empty when there is a file
 * @param overrides     full paths and values (texts, numbers, lists, maps) that are stronger than the file
 * @param environment   for {@code ${?NAME}} and secrets
 * @param hostName      the default of {@code roadstead.node.name}
 */
public record ConfigInput(@Nullable Path file, Path baseDirectory, String text, Map<String, Object> overrides,
        Map<String, String> environment,
        String hostName) {

    public ConfigInput {
        overrides = Map.copyOf(overrides);
        environment = Map.copyOf(environment);
    }

    /** A file and nothing else. */
    public static ConfigInput ofFile(Path file, Map<String, String> environment, String hostName) {
        Path directory = file.toAbsolutePath().normalize().getParent();
        return new ConfigInput(file, directory == null ? file : directory, "", Map.of(), environment, hostName);
    }

    /** A text and nothing else. */
    public static ConfigInput ofText(String text, Path baseDirectory, Map<String, String> environment, String hostName) {
        return new ConfigInput(null, baseDirectory, text, Map.of(), environment, hostName);
    }

    /** The same with these overrides as well. */
    public ConfigInput withOverrides(Map<String, Object> more) {
        Map<String, Object> all = new TreeMap<>(overrides);
        all.putAll(more);
        return new ConfigInput(file, baseDirectory, text, all, environment, hostName);
    }

    /** The environment holds secrets. */
    @Override
    public String toString() {
        return "configuration of " + (file == null ? "a text" : file);
    }
}
