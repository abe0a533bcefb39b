package io.roadstead.kernel.config;

/** The text of a plugin's {@code reference.conf}. */
public record PluginDefaults(String pluginId, String text) {
    String origin() {
        return "plugin " + pluginId + " reference.conf";
    }
}
