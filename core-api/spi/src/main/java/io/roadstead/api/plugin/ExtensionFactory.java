package io.roadstead.api.plugin;

import org.pf4j.ExtensionPoint;

/**
 * The one pattern of every extension point: a named type that makes instances from typed configuration. An implementation carries pf4j's
 * {@code @Extension} and may have an {@code @Inject} constructor that takes {@link PluginContext} and what the kernel offers.
 *
 * @param <C> configuration record; its keys are the kebab-case names of its components, its defaults stand in the plugin's
 *            {@code reference.conf}
 * @param <X> what is made
 */
public interface ExtensionFactory<C extends Record, X extends Instance<C>> extends ExtensionPoint {
    /** The word that selects this type in the configuration: lower case with dashes, unique per extension point. */
    String type();

    /** The record that the kernel fills from the configuration. */
    Class<C> configType();

    /**
     * Makes an instance that does nothing yet. Called on the kernel's lifecycle thread.
     *
     * @param name the instance's own name, unique per extension point
     * @throws io.roadstead.api.error.RoadsteadException when the configuration cannot work; the kernel names it and goes on without
     */
    X create(String name, C config, PluginContext context);
}
