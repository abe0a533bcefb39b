package io.roadstead.plugin.planted;

import org.pf4j.PluginManager;

/** A plugin that reaches for pf4j. */
public interface KnowsPluginManager {
    PluginManager manager();
}
