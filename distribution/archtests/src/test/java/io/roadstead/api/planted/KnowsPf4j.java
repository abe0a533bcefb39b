package io.roadstead.api.planted;

import org.pf4j.PluginManager;

/** core-api with pf4j outside its plugin package. */
public interface KnowsPf4j {
    /** Breaks rules 1 and 8. */
    PluginManager manager();
}
