package io.roadstead.api.plugin;

import org.pf4j.ExtensionPoint;

/**
 * Something that a plugin offers to those plugins that name it in their {@code Plugin-Dependencies}: the kernel makes it once when the plugin
 * starts, binds it into the injectors of the dependents, and closes it after they have gone.
 *
 * @param <T> an interface of the exporting plugin or of core-api
 */
public interface CapabilityProvider<T extends AutoCloseable> extends ExtensionPoint {
    /** The type under which dependents inject it. */
    Class<T> capabilityType();

    /** Makes it. Called once per start of the plugin. */
    T create(PluginContext context);
}
