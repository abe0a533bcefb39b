package io.roadstead.kernel.registry;

import java.util.function.Function;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.plugin.ExtensionFactory;
import io.roadstead.api.plugin.PluginContext;

/**
 * A factory that a running plugin offers.
 *
 * @param referenceConf text of the plugin's {@code reference.conf}; empty when it has none
 */
public record Extension<F extends ExtensionFactory<?, ?>>(String pluginId, F factory, PluginContext context, String referenceConf) {

    /** The word that selects it in the configuration. */
    public String type() {
        return call(ExtensionFactory::type);
    }

    /** Calls the factory as a plugin must be called, see {@link PluginBoundary}; any failure becomes a RoadsteadException that names the plugin. */
    public <T> T call(Function<? super F, T> body) {
        return PluginBoundary.call(CommonErrorCode.EXTENSION_FAILED, "plugin " + pluginId, factory.getClass().getClassLoader(),
                () -> body.apply(factory));
    }

    /** As {@link #call}, for what was made by the factory: {@code extension.run(instance::close)}. */
    public void run(Runnable body) {
        PluginBoundary.call(CommonErrorCode.EXTENSION_FAILED, "plugin " + pluginId, factory.getClass().getClassLoader(), () -> {
            body.run();
            return true;
        });
    }
}
