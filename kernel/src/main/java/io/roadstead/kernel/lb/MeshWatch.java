package io.roadstead.kernel.lb;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.roadstead.api.model.mesh.RemoteCluster;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.route.ClusterView;

/** Follows the nodes of other clusters and the links to them. Confined to the control loop. */
final class MeshWatch {

    private final String ownCluster;
    private final RemoteNodes nodes = new RemoteNodes();
    private final Map<String, Instant> lostSince = new HashMap<>();

    MeshWatch(String ownCluster) {
        this.ownCluster = ownCluster;
    }

    void begin(ClusterView view) {
        view.all(RemoteNode.class).forEach(node -> nodes.update(node.key(), view));
        view.all(RemoteCluster.class).forEach(remote -> linkChanged(remote.meta().name(), view));
    }

    /** Takes over what the cluster says of an object now, of whatever kind; returns the Services that it concerns. */
    Set<ResourceKey> changed(ResourceKey key, ClusterView view, PlanIndex index) {
        if (key.kind().equals(RemoteNode.KIND)) {
            return index.within(nodes.update(key, view));
        }
        return key.kind().equals(RemoteCluster.KIND) && linkChanged(key.name(), view) ? index.ofLink(key.name()) : Set.of();
    }

    private boolean linkChanged(String name, ClusterView view) {
        Instant now = view.get(RemoteCluster.class, "", name).map(RemoteCluster::lostSince).orElse(null);
        return !Objects.equals(now, now == null ? lostSince.remove(name) : lostSince.put(name, now));
    }

    /** To be used before anything changes. */
    MeshFacts facts(Instant now) {
        return new MeshFacts(ownCluster, nodes, lostSince, now);
    }
}
