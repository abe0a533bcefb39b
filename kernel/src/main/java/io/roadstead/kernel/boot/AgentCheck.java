package io.roadstead.kernel.boot;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.DatapathFactory;
import io.roadstead.api.lb.DispatchModeFactory;
import io.roadstead.api.lb.LoadBalancingAlgorithmFactory;
import io.roadstead.api.peer.PeerProtocolFactory;
import io.roadstead.api.plugin.AddOnFactory;
import io.roadstead.api.plugin.ExtensionFactory;
import io.roadstead.api.route.RouteAdvertiserFactory;
import io.roadstead.api.source.ClusterSourceFactory;
import io.roadstead.api.view.PluginView;
import io.roadstead.kernel.config.ConfigCheck;
import io.roadstead.kernel.config.ConfigCheck.Section;
import io.roadstead.kernel.config.ConfigLoader;
import io.roadstead.kernel.config.ConfigOutcome;
import io.roadstead.kernel.config.ConfigProblem;
import io.roadstead.kernel.config.ConfigProblem.Severity;
import io.roadstead.kernel.config.ConfigSnapshot;
import io.roadstead.kernel.config.PluginDefaults;
import io.roadstead.kernel.registry.Extension;

/**
 * Says everything that is wrong with a configuration, its plugins and their sections included. Loads the plugins as an agent does, but makes no instance, touches no
 * state directory, and may run beside an agent.
 */
final class AgentCheck {

    private final Set<PluginDefaults> defaults = new LinkedHashSet<>();
    private final List<Section> sections = new ArrayList<>();
    private final List<ConfigProblem> found = new ArrayList<>();

    private AgentCheck() {
    }

    static List<ConfigProblem> check(AgentOptions options) {
        ConfigOutcome<ConfigSnapshot> asWritten = new ConfigLoader(options.config()).load(List.of());
        return asWritten.value().map(snapshot -> new AgentCheck().withPlugins(options, snapshot.agent().plugins().strict()))
                .orElse(asWritten.problems());
    }

    private List<ConfigProblem> withPlugins(AgentOptions options, boolean strict) {
        try {
            PluginsOnly.with(options, parts -> {
                collect(parts);
                parts.plugins().plugins().forEach(plugin -> refused(plugin, strict ? Severity.ERROR : Severity.WARNING));
                return found.addAll(ConfigCheck.check(options.config(), List.copyOf(defaults), sections)); // while the plugins' classes can be loaded
            });
        } catch (RoadsteadException failed) {
            found.add(new ConfigProblem(Severity.ERROR, failed.code(), failed.subject(), "", failed.problem(), failed.remedy()));
        }
        return List.copyOf(found);
    }

    private void collect(AgentParts parts) {
        parts.registry().<ClusterSourceFactory<?>>extensions(ClusterSourceFactory.class).forEach(found -> add(found, "source"));
        parts.registry().<RouteAdvertiserFactory<?>>extensions(RouteAdvertiserFactory.class).forEach(found -> add(found, "advertisers"));
        parts.registry().<PeerProtocolFactory<?>>extensions(PeerProtocolFactory.class).forEach(found -> add(found, "peer-protocols"));
        parts.registry().<LoadBalancingAlgorithmFactory<?>>extensions(LoadBalancingAlgorithmFactory.class)
                .forEach(found -> add(found, "algorithms"));
        parts.registry().<DispatchModeFactory<?>>extensions(DispatchModeFactory.class).forEach(found -> add(found, "dispatch-modes"));
        parts.registry().<DatapathFactory<?>>extensions(DatapathFactory.class).forEach(found -> add(found, "datapaths"));
        parts.registry().<AddOnFactory<?>>extensions(AddOnFactory.class).forEach(found -> add(found, "add-ons"));
    }

    private void add(Extension<?> extension, String kind) {
        defaults.add(new PluginDefaults(extension.pluginId(), extension.referenceConf()));
        Class<? extends Record> type = extension.call(ExtensionFactory::configType);
        sections.add(new Section("roadstead." + kind + "." + extension.type(), type));
    }

    private void refused(PluginView plugin, Severity severity) {
        if (!plugin.problem().isEmpty()) {
            found
                    .add(new ConfigProblem(severity, CommonErrorCode.PLUGIN_FAILED, plugin.file(), "", plugin.problem(), plugin.remedy()));
        }
    }
}
