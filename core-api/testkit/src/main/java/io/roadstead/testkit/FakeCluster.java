package io.roadstead.testkit;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.route.ClusterView;

/** A cluster for tests of advertisers: put objects in, take them out, look. Not for concurrent use. */
public final class FakeCluster implements ClusterView {

    private final String localNodeName;
    private final Map<ResourceKey, Resource> objects = new TreeMap<>();

    /** Empty, seen from the node of that name. */
    public FakeCluster(String localNodeName) {
        this.localNodeName = localNodeName;
    }

    /** Adds or replaces objects. */
    public FakeCluster with(Resource... resources) {
        for (Resource resource : resources) {
            objects.put(resource.key(), resource);
        }
        return this;
    }

    /** Takes an object out; nothing happens when it is not there. */
    public FakeCluster without(ResourceKey key) {
        objects.remove(key);
        return this;
    }

    @Override
    public <R extends Resource> Optional<R> get(Class<R> type, String namespace, String name) {
        return all(type).stream()
                .filter(resource -> resource.key().namespace().equals(namespace) && resource.key().name().equals(name))
                .findFirst();
    }

    @Override
    public <R extends Resource> Collection<R> all(Class<R> type) {
        return objects.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public List<EndpointSlice> slicesOf(String namespace, String serviceName) {
        return all(EndpointSlice.class).stream()
                .filter(slice -> slice.meta().namespace().equals(namespace) && slice.serviceName().equals(serviceName))
                .toList();
    }

    @Override
    public List<RemoteService> remoteServicesOf(String namespace, String serviceName) {
        return all(RemoteService.class).stream()
                .filter(service -> service.meta().namespace().equals(namespace) && service.meta().name().equals(serviceName))
                .sorted(Comparator.comparing(RemoteService::cluster)).toList();
    }

    @Override
    public String localNodeName() {
        return localNodeName;
    }

    @Override
    public Optional<Node> localNode() {
        return get(Node.class, "", localNodeName);
    }

    @Override
    public Map<String, String> localNodeLabels() {
        return localNode().map(node -> node.meta().labels()).orElse(Map.of());
    }

    @Override
    public List<IpPrefix> localPodCidrs() {
        return get(CiliumNode.class, "", localNodeName).map(CiliumNode::podCidrs)
                .filter(prefixes -> !prefixes.isEmpty())
                .or(() -> localNode().map(Node::podCidrs))
                .orElse(List.of());
    }
}
