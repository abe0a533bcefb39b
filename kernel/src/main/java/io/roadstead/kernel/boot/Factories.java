package io.roadstead.kernel.boot;

import io.roadstead.api.plugin.ExtensionFactory;
import io.roadstead.api.plugin.Instance;
import io.roadstead.api.plugin.PluginContext;

/**
 * Joins a factory, or what it made, with a configuration of which only run time knows that it is the right record: the kernel filled the record that
 * {@link ExtensionFactory#configType} names. The only place for these casts.
 */
final class Factories {

    private Factories() {
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller's factory says what X is, in a way that the compiler cannot follow
    static <X extends Instance<?>> X create(ExtensionFactory<?, ?> factory, String name, Record config, PluginContext context) {
        return (X) ((ExtensionFactory<Record, Instance<Record>>) factory).create(name, config, context);
    }

    @SuppressWarnings("unchecked")
    static boolean reconfigure(Instance<?> instance, Record config) {
        return ((Instance<Record>) instance).reconfigure(config);
    }
}
