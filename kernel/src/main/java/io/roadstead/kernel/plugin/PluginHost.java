package io.roadstead.kernel.plugin;

import java.util.Map;

import io.roadstead.api.time.Loop;
import io.roadstead.kernel.loop.ContextServices;
import io.roadstead.kernel.registry.ExtensionRegistry;

/**
 * What plugins are put into.
 *
 * @param lifecycle the loop on which plugins start and stop and the registry is used
 * @param services  what the kernel offers to plugins' constructors beside their context, by API type
 */
public record PluginHost(Loop lifecycle, ExtensionRegistry registry, ContextServices context, Map<Class<?>, Object> services) {
    public PluginHost {
        services = Map.copyOf(services);
    }
}
