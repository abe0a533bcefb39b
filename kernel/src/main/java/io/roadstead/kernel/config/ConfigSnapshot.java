package io.roadstead.kernel.config;

import static io.roadstead.api.error.CommonErrorCode.CONFIG_WRONG_TYPE;
import static io.roadstead.api.error.CommonErrorCode.EXTENSION_UNKNOWN;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.view.ConfigView;

/** One state of the configuration. Immutable. */
public final class ConfigSnapshot {

    private final ConfigInput input;
    private final AgentConfig agent;
    private final ConfigObject root;
    private final Set<String> secretPaths;
    private final Function<List<PluginDefaults>, ConfigOutcome<ConfigSnapshot>> merge;

    ConfigSnapshot(ConfigInput input, AgentConfig agent, ConfigObject root, Set<String> secretPaths,
            Function<List<PluginDefaults>, ConfigOutcome<ConfigSnapshot>> merge) {
        this.input = input;
        this.agent = agent;
        this.root = root;
        this.secretPaths = secretPaths;
        this.merge = merge;
    }

    /** The same configuration, not read again, with the defaults of other plugins. */
    public ConfigOutcome<ConfigSnapshot> withDefaults(List<PluginDefaults> plugins) {
        return merge.apply(plugins);
    }

    /** What the kernel reads itself. */
    public AgentConfig agent() {
        return agent;
    }

    /** A plugin's section, with its defaults; an absent one is empty. */
    public <R extends Record> ConfigOutcome<R> section(String path, Class<R> type) {
        ConfigValue value = find(path);
        if (value == null) {
            value = ConfigRecordMapper.empty("section " + path + ", which is absent");
        }
        if (!(value instanceof ConfigObject object)) {
            return new ConfigOutcome<>(null, List.of(ConfigProblem.error(CONFIG_WRONG_TYPE, Origins.text(value.origin()), path,
                    "found " + ScalarReader.found(value), "write a section: { … }")));
        }
        return new ConfigRecordMapper(input.baseDirectory(), input.environment()).map(object, path, type);
    }

    /** Warnings about sections of extension types that nothing provides; they take effect when a plugin does. */
    public List<ConfigProblem> unusedSections(Collection<String> providedPaths) {
        List<ConfigSection> sections = new ArrayList<>();
        List.of(agent.source().sections(), agent.advertisers(), agent.peerProtocols(), agent.algorithms(), agent.dispatchModes(),
                agent.datapaths(), agent.addOns())
                .forEach(kind -> sections.addAll(kind.values()));
        return sections.stream().filter(section -> !providedPaths.contains(section.path())).map(section -> {
            // types alone are compared: what stands before them would make any two look alike
            String kind = section.path().substring(0, section.path().lastIndexOf('.') + 1);
            List<String> types =
                    providedPaths.stream().filter(path -> path.startsWith(kind)).map(path -> path.substring(kind.length())).toList();
            String nearest = NearestName.of(section.path().substring(kind.length()), types).map(type -> "did you mean " + kind + type + "?")
                    .orElse("it takes effect when a plugin provides it");
            return ConfigProblem.warning(EXTENSION_UNKNOWN, section.origin(), section.path(), "no loaded plugin provides this type",
                    nearest);
        }).toList();
    }

    /** Keys of the kernel that differ from those in force and apply only after a restart; empty when none does. */
    public List<String> restartNeeded(ConfigSnapshot inForce) {
        AgentConfig other = inForce.agent;
        Map<String, Boolean> same =
                new TreeMap<>(Map.of("home", agent.home().equals(other.home()), "node", agent.node().equals(other.node()), "cluster",
                        agent.cluster().equals(other.cluster()), "plugins", agent.plugins().equals(other.plugins()), "state-directory",
                        agent.stateDirectory().equals(other.stateDirectory())));
        return same.entrySet().stream().filter(entry -> !entry.getValue()).map(entry -> KeyNames.join(AgentConfig.PATH, entry.getKey()))
                .toList();
    }

    /** The file and what it includes, absolute. */
    public Set<Path> files() {
        Set<Path> files = new TreeSet<>();
        if (input.file() != null) {
            files.add(input.file().toAbsolutePath().normalize());
        }
        collectFiles(root, files);
        return files;
    }

    private static void collectFiles(ConfigValue value, Set<Path> files) {
        ConfigOrigin origin = value.origin();
        if (origin.filename() != null) {
            files.add(Path.of(origin.filename()).toAbsolutePath().normalize());
        }
        if (value instanceof ConfigObject object) {
            object.values().forEach(child -> collectFiles(child, files));
        } else if (value instanceof ConfigList list) {
            list.forEach(child -> collectFiles(child, files));
        }
    }

    /** Every key in force with its origin, secrets masked. */
    public ConfigView view() {
        List<ConfigView.Entry> entries = new ArrayList<>();
        collect(AgentConfig.PATH, AgentConfig.PATH, find(AgentConfig.PATH), entries);
        return new ConfigView(entries);
    }

    private void collect(String path, String key, @Nullable ConfigValue value, List<ConfigView.Entry> entries) {
        if (value instanceof ConfigObject object) {
            new TreeMap<>(object).forEach((name, child) -> collect(KeyNames.join(path, name), name, child, entries));
        } else if (value != null) {
            entries.add(new ConfigView.Entry(path, masked(path, key, value), Origins.text(value.origin())));
        }
    }

    private String masked(String path, String key, ConfigValue value) {
        if (secretPaths.contains(path) || SecretReader.looksSecret(key)) {
            return Secret.MASK;
        }
        if (value instanceof ConfigList list) {
            List<String> elements = new ArrayList<>();
            list.forEach(element -> elements.add(masked(path, key, element)));
            return "[" + String.join(", ", elements) + "]";
        } else if (value instanceof ConfigObject object) {
            List<String> members = new ArrayList<>();
            new TreeMap<>(object).forEach((name, child) -> members
                    .add(ConfigUtil.joinPath(name) + (child instanceof ConfigObject ? " " : " = ")
                            + masked(KeyNames.join(path, name), name, child)));
            return "{ " + String.join(", ", members) + " }";
        }
        return ScalarReader.render(value);
    }

    private @Nullable ConfigValue find(String path) {
        ConfigValue value = root;
        for (String key : ConfigUtil.splitPath(path)) {
            value = value instanceof Map<?, ?> object ? (ConfigValue) object.get(key) : null;
        }
        return value;
    }
}
