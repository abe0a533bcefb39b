package io.roadstead.api.model.node;

import java.util.List;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A cilium.io/v2 CiliumNode: where Cilium's cluster-pool IPAM keeps a node's Pod CIDRs. When one exists for a node, its Pod CIDRs count instead of
 * the Node's.
 *
 * @param podCidrs {@code spec.ipam.podCIDRs}
 */
public record CiliumNode(ObjectMeta meta, List<IpPrefix> podCidrs) implements Resource {

    public static final String KIND = "CiliumNode";

    public CiliumNode {
        podCidrs = List.copyOf(podCidrs);
    }

    @Override
    public String kind() {
        return KIND;
    }
}
