package io.roadstead.kernel.config;

import static io.roadstead.api.error.CommonErrorCode.CONFIG_FILE_MISSING;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_MISSING_KEY;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_OUT_OF_RANGE;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_WRONG_TYPE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;

/**
 * Reads a secret named {@code password}: {@code password-file} (its content without the last line end), {@code password-env} (a variable's name), or
 * {@code password} itself, which is accepted with a warning. Never says a value.
 */
final class SecretReader {

    private final Path baseDirectory;
    private final Map<String, String> environment;

    SecretReader(Path baseDirectory, Map<String, String> environment) {
        this.baseDirectory = baseDirectory;
        this.environment = environment;
    }

    /** The keys by which a secret can be given. */
    static List<String> keys(String key) {
        return List.of(key + "-file", key + "-env", key);
    }

    /** Whether a key's name says that its value must not be shown, whatever record reads it. */
    static boolean looksSecret(String key) {
        return key.matches("(.*-)?(password|passphrase|secret|token|private-key|credentials?)");
    }

    @Nullable
    Secret read(ConfigObject section, String path, String key, boolean optional, List<ConfigProblem> problems) {
        List<String> given = keys(key).stream().filter(name -> {
            ConfigValue value = section.get(name);
            return value != null && value.valueType() != ConfigValueType.NULL;
        }).toList();
        if (given.isEmpty()) {
            if (!optional) {
                problems.add(ConfigProblem.error(CONFIG_MISSING_KEY, Origins.text(section.origin()), KeyNames.join(path, key), "missing",
                        "write " + key + "-file or " + key + "-env"));
            }
            return null;
        }
        String name = given.getFirst();
        ConfigValue value = Objects.requireNonNull(section.get(name));
        String valuePath = KeyNames.join(path, name);
        String origin = Origins.text(value.origin());
        if (given.size() > 1) {
            problems.add(ConfigProblem.error(CONFIG_OUT_OF_RANGE, origin, valuePath, "stands beside " + given.get(1), "keep one of them"));
            return null;
        }
        if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
            problems.add(ConfigProblem.error(CONFIG_WRONG_TYPE, origin, valuePath, "found a section or a list", "write a text"));
            return null;
        }
        String text = value.atKey("it").getString("it");
        if (name.equals(key)) {
            if (!Origins.isEnvironment(value.origin())) {
                problems.add(ConfigProblem.warning(CONFIG_OUT_OF_RANGE, origin, valuePath, "the secret stands in the configuration file",
                        "use " + key + "-file or " + key + "-env"));
            }
            return Secret.of(text);
        }
        return name.endsWith("-env") ? fromEnvironment(text, origin, valuePath, problems) : fromFile(text, origin, valuePath, problems);
    }

    private @Nullable Secret fromEnvironment(String variable, String origin, String path, List<ConfigProblem> problems) {
        String text = environment.get(variable);
        if (text == null) {
            problems.add(ConfigProblem.error(CONFIG_MISSING_KEY, origin, path, "the environment has no variable " + variable, "set it"));
            return null;
        }
        return Secret.of(text);
    }

    private @Nullable Secret fromFile(String name, String origin, String path, List<ConfigProblem> problems) {
        Path file = baseDirectory.resolve(name);
        try {
            return Secret.of(Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\R\\z", ""));
        } catch (IOException unreadable) {
            String reason = Files.exists(file) ? "cannot be read" : "does not exist";
            problems.add(ConfigProblem.error(CONFIG_FILE_MISSING, origin, path, "file " + file + " " + reason,
                    "create it, readable by the agent's user"));
            return null;
        }
    }
}
