package io.roadstead.kernel.config;

import java.util.ArrayList;
import java.util.List;

/** What {@code roadstead config check} does: reads everything, plugins' sections included, and changes nothing. */
public final class ConfigCheck {

    private ConfigCheck() {
    }

    /**
     * A section that a plugin's extension reads.
     *
     * @param path {@code roadstead.advertisers.service}
     */
    public record Section(String path, Class<? extends Record> type) {
    }

    /** Every error and warning there is; empty when all is well. */
    public static List<ConfigProblem> check(ConfigInput input, List<PluginDefaults> plugins, List<Section> provided) {
        ConfigOutcome<ConfigSnapshot> outcome = new ConfigLoader(input).load(plugins);
        List<ConfigProblem> problems = new ArrayList<>(outcome.problems());
        outcome.value().ifPresent(snapshot -> {
            String selectedSource = "roadstead.source." + snapshot.agent().source().type();
            provided.stream().filter(section -> !section.path().startsWith("roadstead.source.") || section.path().equals(selectedSource))
                    .forEach(section -> problems.addAll(snapshot.section(section.path(), section.type()).problems()));
            problems.addAll(snapshot.unusedSections(provided.stream().map(Section::path).toList()));
        });
        return List.copyOf(problems);
    }
}
