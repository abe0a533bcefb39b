package io.roadstead.kernel.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.plugin.PluginManifest.Dependency;

/** Which of some plugins can be loaded together, in which order, and what is wrong with each of the others. Pure. */
final class PluginGraph {

    /**
     * @param order   ids, dependencies first
     * @param refused what is wrong, by id
     */
    record Resolution(List<String> order, Map<String, RoadsteadException> refused) {
    }

    private final Map<String, PluginManifest> plugins;
    private final Set<String> unavailable;
    private final Versions versions = new Versions();
    private final Map<String, RoadsteadException> refused = new LinkedHashMap<>();
    private final Set<String> order = new LinkedHashSet<>();

    private PluginGraph(Map<String, PluginManifest> plugins, Set<String> unavailable) {
        this.plugins = plugins;
        this.unavailable = unavailable;
    }

    /** @param unavailable ids that are known but cannot be used: refused for another reason, failed, disabled */
    static Resolution resolve(Map<String, PluginManifest> plugins, Set<String> unavailable) {
        PluginGraph graph = new PluginGraph(plugins, unavailable);
        plugins.keySet().forEach(id -> graph.visit(id, new ArrayList<>()));
        return new Resolution(List.copyOf(graph.order), graph.refused);
    }

    private void visit(String id, List<String> path) {
        if (order.contains(id) || refused.containsKey(id)) {
            return;
        }
        if (path.contains(id)) {
            List<String> cycle = path.subList(path.indexOf(id), path.size());
            for (String member : cycle) {
                refuse(member, "is in a circle of dependencies: " + String.join(" → ", cycle) + " → " + id,
                        "move what they share into a plugin that all of them depend on");
            }
            return;
        }
        path.addLast(id);
        for (Dependency dependency : plugin(id).dependencies()) {
            if (plugins.containsKey(dependency.id())) {
                visit(dependency.id(), path);
            }
        }
        path.removeLast();
        // Only now: a member of a circle is blamed for the circle and not for its neighbour.
        for (Dependency dependency : plugin(id).dependencies()) {
            check(id, dependency);
        }
        if (!refused.containsKey(id)) {
            order.add(id);
        }
    }

    private void check(String id, Dependency dependency) {
        PluginManifest target = plugins.get(dependency.id());
        if (refused.containsKey(dependency.id()) || target == null && unavailable.contains(dependency.id())) {
            refuse(id, "needs plugin " + dependency.id() + ", which cannot be loaded itself", "see what is said about " + dependency.id());
        } else if (target == null) {
            refuse(id, "needs plugin " + dependency + ", which is not there", "add " + dependency.id() + " to the plugins folder");
        } else if (dependency.range() != null && !versions.checkVersionConstraint(target.version(), dependency.range())) {
            refuse(id, "needs plugin " + dependency + ", but " + dependency.id() + " is " + target.version(),
                    "use versions of the two that fit together");
        }
    }

    private void refuse(String id, String problem, String remedy) {
        refused.putIfAbsent(id, new RoadsteadException(CommonErrorCode.PLUGIN_DEPENDENCY, "plugin " + id, problem, remedy));
    }

    private PluginManifest plugin(String id) {
        PluginManifest manifest = plugins.get(id);
        if (manifest == null) {
            throw new IllegalArgumentException("no plugin " + id);
        }
        return manifest;
    }
}
