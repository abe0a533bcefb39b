package io.roadstead.api.route;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;

/**
 * Reads the cluster's state on the control loop. Valid only during the call it is given to: keep no reference. Of other nodes' Nodes and Pods there is only what
 * somebody on this node needs, see {@link RouteAdvertiser#needs}; all other kinds are whole.
 */
public interface ClusterView {
    /** One object; the namespace is empty for cluster-scoped kinds. */
    <R extends Resource> Optional<R> get(Class<R> type, String namespace, String name);

    /** All objects of a type, in no particular order; not to be kept. */
    <R extends Resource> Collection<R> all(Class<R> type);

    /** The slices of a Service. */
    List<EndpointSlice> slicesOf(String namespace, String serviceName);

    /** What other clusters share under a Service's name, ordered by cluster. */
    List<RemoteService> remoteServicesOf(String namespace, String serviceName);

    String localNodeName();

    /** Empty while the source has no object for this node. */
    Optional<Node> localNode();

    /** Labels of this node; empty while unknown. */
    Map<String, String> localNodeLabels();

    /** Pod CIDRs of this node: its CiliumNode's when that exists and has any, else its Node's. */
    List<IpPrefix> localPodCidrs();
}
