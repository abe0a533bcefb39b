package io.roadstead.api.view;

import java.util.List;

/**
 * A plugin, loaded or refused.
 *
 * @param state      {@code started}, {@code failed}, {@code refused}
 * @param extensions {@code RouteAdvertiser health-check}, one text each
 * @param problem    why it does not run; empty when it does
 * @param verified   {@code lock}, {@code signature}, {@code unlisted}
 */
public record PluginView(String id, String version, String requires, String state, String file, String sha256, String verified,
        List<String> dependencies, List<String> extensions, String problem, String remedy) {
    public PluginView {
        dependencies = List.copyOf(dependencies);
        extensions = List.copyOf(extensions);
    }
}
