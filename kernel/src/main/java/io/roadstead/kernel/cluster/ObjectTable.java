package io.roadstead.kernel.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;

/** The effective objects by type and name, and the slices of each Service. Confined to the control loop. */
final class ObjectTable implements ClusterView {

    private final String localNodeName;
    private final Map<ResourceKey, Resource> byKey = new HashMap<>();
    private final Map<Class<?>, Map<Name, Resource>> byType = new HashMap<>();
    private final Map<Name, Map<String, EndpointSlice>> slicesByService = new HashMap<>();
    private final Map<Name, Map<String, RemoteService>> remotesByService = new HashMap<>();

    ObjectTable(String localNodeName) {
        this.localNodeName = localNodeName;
    }

    /**
     * Puts the object there, or nothing; returns the keys that changed by it: none, or its own and those of the Services that it is and was of when it is a slice or
     * another cluster's share.
     */
    List<ResourceKey> set(ResourceKey key, @Nullable Resource resource) {
        Resource before = resource == null ? byKey.remove(key) : byKey.put(key, resource);
        if (before == null ? resource == null : before.equals(resource)) {
            return List.of();
        }
        List<ResourceKey> changed = new ArrayList<>(List.of(key));
        Name name = new Name(key.namespace(), key.name());
        if (before != null) {
            byType.getOrDefault(before.getClass(), Map.of()).remove(name);
            if (before instanceof EndpointSlice slice && !slice.serviceName().isEmpty()) {
                unindex(slice);
                changed.add(serviceKey(slice));
            } else if (before instanceof RemoteService remote && resource == null) {
                remove(remotesByService, serviceOf(remote), remote.cluster());
                changed.add(serviceKey(remote));
            }
        }
        if (resource != null) {
            byType.computeIfAbsent(resource.getClass(), type -> new LinkedHashMap<>()).put(name, resource);
            if (resource instanceof EndpointSlice slice && !slice.serviceName().isEmpty()) {
                slicesByService.computeIfAbsent(serviceOf(slice), service -> new TreeMap<>()).put(slice.meta().name(), slice);
                changed.add(serviceKey(slice));
            } else if (resource instanceof RemoteService remote) { // its key holds the Service's name, so it never changes Services
                remotesByService.computeIfAbsent(serviceOf(remote), service -> new TreeMap<>()).put(remote.cluster(), remote);
                changed.add(serviceKey(remote));
            }
        }
        return changed;
    }

    private void unindex(EndpointSlice slice) {
        remove(slicesByService, serviceOf(slice), slice.meta().name());
    }

    private static <T> void remove(Map<Name, Map<String, T>> index, Name service, String name) {
        index.computeIfPresent(service, (key, members) -> {
            members.remove(name);
            return members.isEmpty() ? null : members;
        });
    }

    private static Name serviceOf(RemoteService remote) {
        return new Name(remote.meta().namespace(), remote.meta().name());
    }

    private static ResourceKey serviceKey(RemoteService remote) {
        return new ResourceKey(Service.KIND, remote.meta().namespace(), remote.meta().name());
    }

    private static Name serviceOf(EndpointSlice slice) {
        return new Name(slice.meta().namespace(), slice.serviceName());
    }

    private static ResourceKey serviceKey(EndpointSlice slice) {
        return new ResourceKey(Service.KIND, slice.meta().namespace(), slice.serviceName());
    }

    void forEachKind(BiConsumer<String, Integer> kindAndCount) {
        for (Map<Name, Resource> table : byType.values()) {
            table.values().stream().findFirst().ifPresent(first -> kindAndCount.accept(first.kind(), table.size()));
        }
    }

    @Override
    public <R extends Resource> Optional<R> get(Class<R> type, String namespace, String name) {
        return Optional.ofNullable(byType.getOrDefault(type, Map.of()).get(new Name(namespace, name))).map(type::cast);
    }

    @Override
    @SuppressWarnings("unchecked") // a table holds objects of the class that is its key only
    public <R extends Resource> Collection<R> all(Class<R> type) {
        return (Collection<R>) Collections.unmodifiableCollection(byType.getOrDefault(type, Map.of()).values());
    }

    @Override
    public List<EndpointSlice> slicesOf(String namespace, String serviceName) {
        return List.copyOf(slicesByService.getOrDefault(new Name(namespace, serviceName), Map.of()).values());
    }

    @Override
    public List<RemoteService> remoteServicesOf(String namespace, String serviceName) {
        return List.copyOf(remotesByService.getOrDefault(new Name(namespace, serviceName), Map.of()).values());
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
        return get(CiliumNode.class, "", localNodeName).map(CiliumNode::podCidrs).filter(cidrs -> !cidrs.isEmpty())
                .or(() -> localNode().map(Node::podCidrs)).orElse(List.of());
    }

    private record Name(String namespace, String name) {
    }
}
