package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.List;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.node.Node;

/**
 * What load balancing reads of a node.
 *
 * @param addresses internal ones first
 * @param zone      empty when unknown
 */
record NodeFacts(List<IpAddress> addresses, String zone) {

    /** Of a node that is not known. */
    static final NodeFacts UNKNOWN = new NodeFacts(List.of(), "");

    private static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    NodeFacts {
        addresses = List.copyOf(addresses);
    }

    static NodeFacts of(Node node) {
        List<IpAddress> addresses = new ArrayList<>();
        for (Node.AddressType type : List.of(Node.AddressType.INTERNAL_IP, Node.AddressType.EXTERNAL_IP)) {
            node.addresses().stream().filter(address -> address.type() == type).map(Node.Address::address).forEach(addresses::add);
        }
        return new NodeFacts(addresses.stream().distinct().toList(), node.meta().labels().getOrDefault(ZONE_LABEL, ""));
    }

    static NodeFacts of(RemoteNode node) {
        return new NodeFacts(node.addresses(), node.meta().labels().getOrDefault(ZONE_LABEL, ""));
    }

    /** The first of that family; the unspecified one when it has none. */
    IpAddress address(AddressFamily family) {
        return addresses.stream().filter(address -> address.family() == family).findFirst()
                .orElse(family == AddressFamily.IPV4 ? IpAddress.ipv4(0) : IpAddress.ipv6(0, 0));
    }
}
