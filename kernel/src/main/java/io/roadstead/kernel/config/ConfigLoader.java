package io.roadstead.kernel.config;

import static io.roadstead.api.error.CommonErrorCode.CONFIG_FILE_MISSING;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_SYNTAX;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_UNKNOWN_KEY;
import static io.roadstead.api.error.CommonErrorCode.CONFIG_WRONG_TYPE;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;

/**
 * Reads and joins overrides, the file with what it includes, the plugins' defaults, the kernel's defaults and the environment, in this order of strength.
 * Safe for any thread.
 */
public final class ConfigLoader {

    private final ConfigInput input;

    public ConfigLoader(ConfigInput input) {
        this.input = input;
    }

    /** Reads everything now, with the defaults of the plugins that are known by now. */
    public ConfigOutcome<ConfigSnapshot> load(List<PluginDefaults> plugins) {
        List<ConfigProblem> problems = new ArrayList<>();
        Config user = ConfigFactory.empty();
        try {
            user = user();
            unknownRoots(user, problems);
        } catch (ConfigException broken) {
            problems.add(problem(broken));
        }
        return merge(user, plugins, problems);
    }

    /** Joins what users wrote with the defaults of these plugins. */
    ConfigOutcome<ConfigSnapshot> merge(Config user, List<PluginDefaults> plugins, List<ConfigProblem> problems) {
        Config merged = ConfigFactory.parseMap(input.overrides(), "override").withFallback(user);
        for (PluginDefaults plugin : plugins) {
            try {
                merged = merged.withFallback(ConfigFactory.parseString(plugin.text(), options(plugin.origin())));
            } catch (ConfigException broken) {
                problems.add(problem(broken));
            }
        }
        merged = merged.withFallback(kernelDefaults()).withFallback(machine());
        try {
            merged = merged.resolve(ConfigResolveOptions.noSystem());
        } catch (ConfigException broken) {
            problems.add(problem(broken));
            return new ConfigOutcome<>(null, problems);
        }
        return map(user, merged.root(), problems);
    }

    private ConfigOutcome<ConfigSnapshot> map(Config user, ConfigObject root, List<ConfigProblem> problems) {
        ConfigValue section = Objects.requireNonNull(root.get(AgentConfig.PATH)); // the kernel's defaults have it
        if (!(section instanceof ConfigObject object)) {
            problems.add(ConfigProblem.error(CONFIG_WRONG_TYPE, Origins.text(section.origin()), AgentConfig.PATH,
                    "found " + ScalarReader.found(section), "write a section: { … }"));
            return new ConfigOutcome<>(null, problems);
        }
        ConfigRecordMapper mapper = new ConfigRecordMapper(input.baseDirectory(), input.environment());
        ConfigOutcome<AgentConfig> agent = mapper.map(object, AgentConfig.PATH, AgentConfig.class);
        problems.addAll(agent.problems());
        boolean usable = problems.stream().noneMatch(problem -> problem.severity() == ConfigProblem.Severity.ERROR);
        ConfigSnapshot snapshot = agent.value().filter(ignored -> usable)
                .map(value -> new ConfigSnapshot(input, value, root, mapper.secretPaths(),
                        plugins -> merge(user, plugins, new ArrayList<>())))
                .orElse(null);
        return new ConfigOutcome<>(snapshot, problems);
    }

    private Config user() {
        Path file = input.file();
        return file == null
                ? ConfigFactory.parseString(input.text(), options("configuration text"))
                : ConfigFactory.parseFile(file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    /** The environment and the host name: below everything, beside the section roadstead. */
    private Config machine() {
        Map<String, ConfigValue> variables = new HashMap<>();
        input.environment().forEach((name, value) -> variables.put(name, ConfigValueFactory.fromAnyRef(value, Origins.ENVIRONMENT + name)));
        variables.remove(AgentConfig.PATH);
        return ConfigValueFactory.fromMap(variables).toConfig()
                .withFallback(ConfigFactory.parseMap(Map.of("roadstead.node.name", input.hostName()), "host name"));
    }

    private static Config kernelDefaults() {
        return ConfigFactory.parseString(kernelDefaultsText(), options("kernel reference.conf"));
    }

    static String kernelDefaultsText() {
        try (InputStream stream = Objects.requireNonNull(ConfigLoader.class.getResourceAsStream("reference.conf"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static ConfigParseOptions options(String origin) {
        return ConfigParseOptions.defaults().setOriginDescription(origin);
    }

    private static void unknownRoots(Config user, List<ConfigProblem> problems) {
        new TreeMap<>(user.root()).forEach((key, value) -> {
            if (!key.equals(AgentConfig.PATH)) {
                String remedy = NearestName.of(key, List.of(AgentConfig.PATH)).isPresent()
                        ? "did you mean 'roadstead'?"
                        : "everything stands in the section roadstead";
                problems.add(ConfigProblem.error(CONFIG_UNKNOWN_KEY, Origins.text(value.origin()), KeyNames.join("", key), "unknown key",
                        remedy));
            }
        });
    }

    private ConfigProblem problem(ConfigException broken) {
        ConfigOrigin origin = broken.origin();
        String where = origin == null ? String.valueOf(input.file()) : Origins.text(origin);
        if (broken instanceof ConfigException.IO) {
            Path file = input.file();
            boolean there = file != null && Files.exists(file);
            return ConfigProblem.error(CONFIG_FILE_MISSING, where, "",
                    there ? "cannot be read: " + broken.getMessage() : "there is no such file",
                    there ? "" : "create it or name another one with --config");
        }
        String message = String.valueOf(broken.getMessage());
        if (origin != null && message.startsWith(origin.description() + ": ")) {
            message = message.substring(origin.description().length() + 2);
        }
        String remedy = broken instanceof ConfigException.UnresolvedSubstitution ? "define it, or write ${?…} if it may be absent" : "";
        return ConfigProblem.error(CONFIG_SYNTAX, where, "", message, remedy);
    }
}
