package io.roadstead.api.view;

import java.util.List;

/**
 * A plugin, loaded or refused.
 *
 * @param id         the file's name where the plugin could not be read; empty in a row about the folder itself
 * @param state      {@code started}, {@code failed}, {@code refused}, {@code disabled}
 * @param extensions {@code RouteAdvertiser health-check}, one text each
 * @param problem    why it does not run, or why its changed file is not used; empty when all is well
 * @param verified   {@code lock}, {@code signature}, {@code unlisted}, {@code unchecked}; empty when it does not run
 */
public record PluginView(String id, String version, String requires, String state, String file, String sha256, String verified,
        List<String> dependencies, List<String> extensions, String problem, String remedy) {
    public PluginView {
        dependencies = List.copyOf(dependencies);
        extensions = List.copyOf(extensions);
    }
}
