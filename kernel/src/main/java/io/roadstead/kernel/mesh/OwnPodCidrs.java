package io.roadstead.kernel.mesh;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterListener;

/** Tells which Pod CIDRs the own cluster's nodes have, as they change. On the control loop. */
final class OwnPodCidrs implements ClusterListener {

    private final Map<String, List<IpPrefix>> told = new HashMap<>();
    private final Consumer<Map<String, List<IpPrefix>>> listener;

    /** @param listener told of nodes whose CIDRs differ; an empty list for one that has none */
    OwnPodCidrs(Consumer<Map<String, List<IpPrefix>>> listener) {
        this.listener = listener;
    }

    @Override
    public void changed(ChangeSet changes, ClusterView view) {
        Set<String> nodes = new LinkedHashSet<>();
        for (ResourceKey key : changes.keys()) {
            if (key.kind().equals(Node.KIND) || key.kind().equals(CiliumNode.KIND)) {
                nodes.add(key.name());
            }
        }
        Map<String, List<IpPrefix>> differ = new LinkedHashMap<>();
        for (String node : nodes) {
            List<IpPrefix> now = of(node, view);
            List<IpPrefix> before = now.isEmpty() ? told.remove(node) : told.put(node, now);
            if (!now.equals(before == null ? List.of() : before)) {
                differ.put(node, now);
            }
        }
        if (!differ.isEmpty()) {
            listener.accept(differ);
        }
    }

    private static List<IpPrefix> of(String node, ClusterView view) {
        return view.get(CiliumNode.class, "", node).map(CiliumNode::podCidrs).filter(cidrs -> !cidrs.isEmpty())
                .or(() -> view.get(Node.class, "", node).map(Node::podCidrs)).orElse(List.of());
    }
}
