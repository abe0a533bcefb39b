package io.roadstead.kernel.mesh.publish;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.NodeEntry;
import io.roadstead.kernel.mesh.schema.Owner;

/** The nodes. Where Cilium keeps a node's Pod CIDRs, those count. */
final class NodeShare {

    private final Owner owner;
    private final PublishedKeys keys;
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, CiliumNode> ciliumNodes = new HashMap<>();
    private final Set<String> dirty = new LinkedHashSet<>();

    NodeShare(Owner owner, PublishedKeys keys) {
        this.owner = owner;
        this.keys = keys;
    }

    void node(String name, Optional<Node> changed) {
        changed.ifPresentOrElse(node -> nodes.put(name, node), () -> nodes.remove(name));
        dirty.add(name);
    }

    void ciliumNode(String name, Optional<CiliumNode> changed) {
        changed.ifPresentOrElse(node -> ciliumNodes.put(name, node), () -> ciliumNodes.remove(name));
        dirty.add(name);
    }

    /** Writes what changed. */
    void settle() {
        dirty.forEach(this::publish);
        dirty.clear();
    }

    int count() {
        return nodes.size();
    }

    private void publish(String name) {
        Node node = nodes.get(name);
        String key = MeshKeys.node(owner.cluster(), name);
        if (node == null) {
            keys.delete(key);
        } else {
            keys.put(key, NodeEntry.of(owner, name, addresses(node), podCidrs(node), node.meta().labels()).encode(), "node " + name);
        }
    }

    private static List<NodeEntry.Address> addresses(Node node) {
        return node.addresses().stream().map(address -> new NodeEntry.Address(switch (address.type()) {
            case INTERNAL_IP -> NodeEntry.Address.INTERNAL;
            case EXTERNAL_IP -> NodeEntry.Address.EXTERNAL;
        }, address.address())).toList();
    }

    private List<IpPrefix> podCidrs(Node node) {
        CiliumNode cilium = ciliumNodes.get(node.meta().name());
        List<IpPrefix> cidrs = cilium == null || cilium.podCidrs().isEmpty() ? node.podCidrs() : cilium.podCidrs();
        return cidrs.stream().sorted(Comparator.comparing(IpPrefix::family)).toList();
    }
}
