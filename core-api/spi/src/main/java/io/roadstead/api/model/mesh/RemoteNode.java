package io.roadstead.api.model.mesh;

import java.util.List;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A node of another cluster.
 *
 * @param meta      cluster-scoped; name, labels and annotations are the node's own
 * @param cluster   name of its cluster
 * @param clusterId 1 to 511
 * @param addresses of the node: internal ones first, then external ones
 * @param podCidrs  none that overlaps with another node's, of whatever cluster
 */
public record RemoteNode(ObjectMeta meta, String cluster, int clusterId, List<IpAddress> addresses, List<IpPrefix> podCidrs)
        implements Resource {

    public static final String KIND = "RemoteNode";

    public RemoteNode {
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
    }

    /** The node's name within the mesh, {@code cluster/node}, is the object's name. */
    public static ResourceKey key(String cluster, String node) {
        return new ResourceKey(KIND, "", cluster + "/" + node);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ResourceKey key() {
        return key(cluster, meta.name());
    }
}
