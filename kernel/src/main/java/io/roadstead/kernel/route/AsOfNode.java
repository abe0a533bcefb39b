package io.roadstead.kernel.route;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.route.ClusterView;

/**
 * The cluster as another node sees it.
 *
 * @param read told the keys of the node's labels that are looked at, and {@link ReadLabels#ALL} for whatever else is of this one node only
 */
record AsOfNode(ClusterView cluster, Node node, Consumer<String> read) implements ClusterView {

    @Override
    public <R extends Resource> Optional<R> get(Class<R> type, String namespace, String name) {
        return cluster.get(type, namespace, name);
    }

    @Override
    public <R extends Resource> Collection<R> all(Class<R> type) {
        return cluster.all(type);
    }

    @Override
    public List<EndpointSlice> slicesOf(String namespace, String serviceName) {
        return cluster.slicesOf(namespace, serviceName);
    }

    @Override
    public List<RemoteService> remoteServicesOf(String namespace, String serviceName) {
        return cluster.remoteServicesOf(namespace, serviceName);
    }

    @Override
    public String localNodeName() {
        return node.meta().name();
    }

    @Override
    public Optional<Node> localNode() {
        read.accept(ReadLabels.ALL);
        return Optional.of(node);
    }

    @Override
    public Map<String, String> localNodeLabels() {
        return new ReadLabels(node.meta().labels(), read);
    }

    @Override
    public List<IpPrefix> localPodCidrs() {
        read.accept(ReadLabels.ALL);
        return get(CiliumNode.class, "", localNodeName()).map(CiliumNode::podCidrs).filter(cidrs -> !cidrs.isEmpty())
                .orElse(node.podCidrs());
    }
}
