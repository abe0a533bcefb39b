package io.roadstead.api.view;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A node of this cluster or of another one of its mesh.
 *
 * @param cluster name of its cluster
 * @param source  {@code local} for this one, {@code cluster} for the others of its cluster, {@code clustermesh} for those of other clusters
 * @param maintenance of this node its phase, {@code shutting-down} or {@code drained}; of others of its cluster {@code requested} when their Node object asks for
 *                    it, which is all that is known of them here; else empty
 * @param note        on this node's own, why no other one of its cluster is known; else empty
 */
public record NodeView(String cluster, String name, List<IpAddress> addresses, List<IpPrefix> podCidrs, String source, String maintenance,
        String note) {
    public NodeView {
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
    }
}
