package io.roadstead.api.view;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A node of the cluster.
 *
 * @param source {@code local} for this one, {@code cluster} for the others of its cluster
 */
public record NodeView(String name, List<IpAddress> addresses, List<IpPrefix> podCidrs, String source) {
    public NodeView {
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
    }
}
