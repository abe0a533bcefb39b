package io.roadstead.kernel.lb;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;

/** Facts of the cluster's nodes by name. Tells changes that matter from those that do not, like a heartbeat. Confined to the control loop. */
final class NodeTable {

    private final Map<String, NodeFacts> nodes = new HashMap<>();

    /** Takes over what the cluster says of a node now; returns whether that differs. */
    boolean update(String name, ClusterView view) {
        Optional<NodeFacts> now = view.get(Node.class, "", name).map(NodeFacts::of);
        NodeFacts before = now.isPresent() ? nodes.put(name, now.get()) : nodes.remove(name);
        return !now.equals(Optional.ofNullable(before));
    }

    NodeFacts of(String name) {
        return nodes.getOrDefault(name, NodeFacts.UNKNOWN);
    }
}
