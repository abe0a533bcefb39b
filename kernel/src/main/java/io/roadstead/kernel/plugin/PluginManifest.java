package io.roadstead.kernel.plugin;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a plugin says of itself, checked.
 *
 * @param requires    bounded range of core-api versions, which contains this one
 * @param pluginClass pf4j's own entry point, seldom needed; null when there is none
 * @param guiceModule wires a larger plugin; null when there is none
 */
public record PluginManifest(String id, String version, String requires, List<Dependency> dependencies, @Nullable String pluginClass,
        @Nullable String guiceModule) {
    public PluginManifest {
        dependencies = List.copyOf(dependencies);
    }

    /**
     * Another plugin that must run before this one.
     *
     * @param range null when any version will do
     */
    public record Dependency(String id, @Nullable String range) {
        @Override
        public String toString() {
            return range == null ? id : id + "@" + range;
        }
    }
}
