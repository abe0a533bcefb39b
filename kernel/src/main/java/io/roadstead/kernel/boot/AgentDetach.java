package io.roadstead.kernel.boot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DatapathFactory;
import io.roadstead.api.lb.DetachableDatapath;
import io.roadstead.api.plugin.ExtensionFactory;
import io.roadstead.kernel.config.ConfigLoader;
import io.roadstead.kernel.config.ConfigSnapshot;
import io.roadstead.kernel.config.PluginDefaults;
import io.roadstead.kernel.registry.Extension;

/**
 * Takes away what datapaths have left on this machine, whichever of them is in use. Loads the plugins as an agent does; to be run while none does.
 */
final class AgentDetach {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private AgentDetach() {
    }

    /** What was removed, by the datapath's type; a datapath that leaves nothing behind is not in it. */
    static Map<String, List<String>> detach(AgentOptions options) {
        return PluginsOnly.with(options, parts -> {
            List<Extension<DatapathFactory<?>>> found =
                    new ArrayList<>(parts.registry().<DatapathFactory<?>>extensions(DatapathFactory.class));
            List<PluginDefaults> defaults =
                    found.stream().map(extension -> new PluginDefaults(extension.pluginId(), extension.referenceConf())).toList();
            ConfigSnapshot config = new ConfigLoader(options.config()).load(defaults).orThrow();
            Map<String, List<String>> removed = new LinkedHashMap<>();
            for (Extension<DatapathFactory<?>> extension : found) {
                detach(extension, config, removed);
            }
            return removed;
        });
    }

    private static void detach(Extension<DatapathFactory<?>> extension, ConfigSnapshot config, Map<String, List<String>> removed) {
        String type = extension.type();
        Record section =
                extension.<Record>call(factory -> config.section("roadstead.datapaths." + type, factory.configType()).orThrow());
        Datapath<?> datapath = extension
                .call(factory -> Factories.<Datapath<?>>create((ExtensionFactory<?, ?>) factory, type, section, extension.context()));
        try {
            if (datapath instanceof DetachableDatapath able) {
                removed.put(type, TimeLimit.await("datapath " + type, LIMIT, extension.call(factory -> able.detach())));
            }
        } finally {
            extension.run(datapath::close);
        }
    }
}
