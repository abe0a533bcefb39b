package io.roadstead.kernel.config;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.Secret;

/** Writes the configuration reference, {@code docs/configuration.md}, from the records and their defaults. */
public final class ConfigReference {

    private static final String INTRODUCTION = """
            # Configuration reference

            Generated from the configuration records: do not edit. The file is [HOCON](https://github.com/lightbend/config/blob/main/HOCON.md).

            - Everything stands in the section `roadstead`. An unknown key, a wrong type and a value out of range are errors that name file, line and key; all
              are reported together, by `roadstead config check` as by the agent.
            - `include "other.conf"` and `${?VARIABLE}` of the environment work. A relative path is relative to the directory of the configuration file.
            - A duration has a unit: `9s`, `500ms`, `2m`. One without is an error.
            - `<name>` is a name of your choice. The name `"*"` (with quotes) holds what all entries of that section have by default.
            - A secret is given as a file (`…-file`) or by the name of a variable (`…-env`). As a literal it works, with a warning. It is never shown.
            - A changed file is applied while the agent runs. A broken one is reported and the configuration in force stays. Keys marked ⟳ need a restart.

            """;

    private static final Set<String> RESTART =
            Set.of("roadstead.home", "roadstead.node", "roadstead.cluster", "roadstead.plugins", "roadstead.state-directory");

    private final StringBuilder page = new StringBuilder(INTRODUCTION);

    private ConfigReference() {
    }

    /**
     * A plugin's section.
     *
     * @param path     {@code roadstead.add-ons.admin-http}
     * @param defaults text of its {@code reference.conf}
     */
    public record Section(String path, Class<? extends Record> type, String defaults) {

        /** The section is the one that the plugin's defaults fill. */
        public static Section of(Class<? extends Record> type, String defaults) {
            ConfigObject kinds = ConfigFactory.parseString(defaults).getObject(AgentConfig.PATH);
            String kind = only(kinds.keySet(), defaults);
            String path = KeyNames.join(AgentConfig.PATH, kind);
            return new Section(KeyNames.join(path, only(kinds.toConfig().getObject(kind).keySet(), defaults)), type, defaults);
        }

        private static String only(Set<String> keys, String defaults) {
            if (keys.size() != 1) {
                throw new IllegalArgumentException(
                        "a reference.conf fills one section roadstead.<kind>.<type>, this one does not: " + defaults);
            }
            return keys.iterator().next();
        }
    }

    /** The whole page: the kernel's sections, then these by path. */
    public static String markdown(List<Section> plugins) {
        ConfigReference reference = new ConfigReference();
        reference.kernel();
        plugins.stream().sorted(Comparator.comparing(Section::path))
                .forEach(section -> reference.section(section.path(), section.type(), defaults(section.defaults())));
        return reference.page.toString().stripTrailing() + "\n";
    }

    /** Whether a changed value below that path applies only after a restart. */
    static boolean needsRestart(String path) {
        return RESTART.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "."));
    }

    private void kernel() {
        Config defaults = defaults(ConfigLoader.kernelDefaultsText());
        List<String> rows = new ArrayList<>();
        for (RecordComponent component : AgentConfig.class.getRecordComponents()) {
            if (!component.getType().isRecord()) {
                rows(component, AgentConfig.PATH, "", AgentConfig.PATH, defaults, rows);
            }
        }
        table(AgentConfig.PATH, "", rows);
        for (RecordComponent component : AgentConfig.class.getRecordComponents()) {
            if (component.getType().isRecord()) {
                String path = AgentConfig.PATH + "." + KeyNames.ofComponent(component.getName());
                section(path, component.getType().asSubclass(Record.class), defaults);
            }
        }
    }

    private static Config defaults(String text) {
        // Variables of the environment are left out: they are no defaults. Nor is a key that is null.
        return ConfigFactory.parseString(text).withFallback(ConfigFactory.parseString(ConfigLoader.kernelDefaultsText()))
                .resolve(ConfigResolveOptions.noSystem());
    }

    private void section(String path, Class<? extends Record> type, Config defaults) {
        List<String> rows = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            rows(component, path, "", path, defaults, rows);
        }
        Doc doc = type.getAnnotation(Doc.class);
        table(path, doc == null ? "" : doc.value(), rows);
    }

    private void table(String title, String text, List<String> rows) {
        page.append("## ").append(title).append("\n\n");
        if (!text.isEmpty()) {
            page.append(text).append("\n\n");
        }
        if (rows.isEmpty()) {
            page.append("No keys.\n\n");
            return;
        }
        page.append("| key | type | default | meaning |\n| --- | --- | --- | --- |\n");
        rows.forEach(row -> page.append(row).append('\n'));
        page.append('\n');
    }

    /**
     * @param shown  path within the section's table
     * @param lookup where the default stands, with {@code "*"} for names
     */
    private void rows(RecordComponent component, String sectionPath, String shown, String lookup, Config defaults, List<String> rows) {
        if (component.isAnnotationPresent(OtherKeys.class)) {
            return;
        }
        String name = KeyNames.ofComponent(component.getName());
        String key = shown.isEmpty() ? name : shown + "." + name;
        String path = lookup + "." + name;
        Type type = component.getGenericType();
        Class<?> raw = component.getType();
        if (raw == Secret.class) {
            row(SecretReader.keys(name).stream().map(secret -> (shown.isEmpty() ? "" : shown + ".") + secret)
                    .collect(Collectors.joining("`, `")),
                    component, "secret", ConfigRecordMapper.isNullable(component) ? "none" : "required", sectionPath, rows);
        } else if (ScalarReader.isSection(raw)) {
            children(raw, sectionPath, key, path, defaults, rows);
        } else if (raw == Map.class && ScalarReader.isSection(ConfigRecordMapper.rawType(ConfigRecordMapper.argument(type, 1)))) {
            row(key + ".<name>", component, "section", "none", sectionPath, rows);
            children(ConfigRecordMapper.rawType(ConfigRecordMapper.argument(type, 1)), sectionPath, key + ".<name>",
                    path + "." + ConfigUtil.quoteString(ConfigRecordMapper.EACH), defaults, rows);
        } else if ((raw == List.class || raw == Set.class)
                && ScalarReader.isSection(ConfigRecordMapper.rawType(ConfigRecordMapper.argument(type, 0)))) {
            row(key, component, "list", value(component, path, defaults), sectionPath, rows);
            children(ConfigRecordMapper.rawType(ConfigRecordMapper.argument(type, 0)), sectionPath, key + "[]", path + ".none", defaults,
                    rows);
        } else {
            row(key, component, describe(type), value(component, path, defaults), sectionPath, rows);
        }
    }

    private void children(Class<?> type, String sectionPath, String key, String path, Config defaults, List<String> rows) {
        for (RecordComponent child : type.getRecordComponents()) {
            rows(child, sectionPath, key, path, defaults, rows);
        }
    }

    private static void row(String key, RecordComponent component, String type, String value, String sectionPath, List<String> rows) {
        Doc doc = component.getAnnotation(Doc.class);
        if (doc == null) {
            throw new IllegalStateException(component.getDeclaringRecord().getName() + "." + component.getName() + " has no @Doc");
        }
        String mark = needsRestart(sectionPath + "." + key) ? " ⟳" : "";
        String example = doc.example().isEmpty() ? "" : " Example: `" + doc.example() + "`";
        rows.add("| `" + key + "`" + mark + " | " + type + " | " + value + " | " + (doc.value() + example).replace("|", "\\|") + " |");
    }

    private static String value(RecordComponent component, String path, Config defaults) {
        if (defaults.hasPath(path)) {
            ConfigValue value = defaults.getValue(path);
            return "`" + ScalarReader.render(value).replace("|", "\\|") + "`";
        }
        Class<?> raw = component.getType();
        if (raw == List.class || raw == Set.class || raw == Map.class) {
            return "none";
        }
        return ConfigRecordMapper.isNullable(component) || component.getAnnotation(Doc.class).value().contains("Default:") ? "–"
                : "required";
    }

    private static String describe(Type type) {
        Class<?> raw = ConfigRecordMapper.rawType(type);
        if (raw == List.class || raw == Set.class) {
            return "list of " + describe(ConfigRecordMapper.argument(type, 0));
        } else if (raw == Map.class) {
            Type of = ConfigRecordMapper.argument(type, 1);
            return of == ConfigSection.class ? "sections" : "names with " + describe(of);
        } else if (raw.isEnum()) {
            return ScalarReader.constants(raw).stream().map(word -> "`" + word + "`").collect(Collectors.joining(" or "));
        } else if (raw == Duration.class) {
            return "duration";
        }
        return ScalarReader.describe(type).replaceFirst("^an? ", "").replaceFirst(",? (like|written).*", "");
    }
}
