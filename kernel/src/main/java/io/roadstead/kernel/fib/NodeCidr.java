package io.roadstead.kernel.fib;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;
import io.roadstead.kernel.fib.FibSettings.Direct;

/**
 * A Pod CIDR of another node.
 *
 * @param node      {@code cluster/name}, or the name of a node of this cluster
 * @param addresses of the node that are of the CIDR's family, internal ones first
 */
record NodeCidr(IpPrefix prefix, String node, List<IpAddress> addresses) {

    NodeCidr {
        addresses = List.copyOf(addresses);
    }

    /** Of the nodes that direct routes are wanted for: this cluster's before others', then by name. */
    static List<NodeCidr> all(ClusterView view, Direct direct) {
        List<NodeCidr> all = new ArrayList<>();
        if (direct == Direct.ALL) {
            view.all(Node.class).stream().filter(node -> !node.meta().name().equals(view.localNodeName()))
                    .sorted(Comparator.comparing(node -> node.meta().name()))
                    .forEach(node -> add(all, node.meta().name(), podCidrs(view, node), addresses(node)));
        }
        if (direct != Direct.NONE) {
            view.all(RemoteNode.class).stream().sorted(Comparator.comparing(node -> node.key().name()))
                    .forEach(node -> add(all, node.key().name(), node.podCidrs(), node.addresses()));
        }
        return all;
    }

    private static void add(List<NodeCidr> all, String node, List<IpPrefix> cidrs, List<IpAddress> addresses) {
        cidrs.forEach(cidr -> all.add(new NodeCidr(cidr, node,
                addresses.stream().filter(address -> address.family() == cidr.family() && !address.isLinkLocal()).toList())));
    }

    private static List<IpPrefix> podCidrs(ClusterView view, Node node) {
        return view.get(CiliumNode.class, "", node.meta().name()).map(CiliumNode::podCidrs).filter(cidrs -> !cidrs.isEmpty())
                .orElse(node.podCidrs());
    }

    private static List<IpAddress> addresses(Node node) {
        return Stream.of(Node.AddressType.values())
                .flatMap(type -> node.addresses().stream().filter(address -> address.type() == type).map(Node.Address::address)).toList();
    }
}
