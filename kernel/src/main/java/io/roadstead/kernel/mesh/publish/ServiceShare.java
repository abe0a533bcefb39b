package io.roadstead.kernel.mesh.publish;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.kernel.cluster.GlobalAnnotations;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.Port;
import io.roadstead.kernel.mesh.schema.ServiceEntry;

/** The Services that are global and shared, with their endpoints that are ready or serve. */
final class ServiceShare {

    private final Owner owner;
    private final PublishedKeys keys;
    private final Map<ResourceKey, Service> services = new HashMap<>();
    private final Map<ResourceKey, SortedMap<String, EndpointSlice>> slices = new HashMap<>();
    /** Slice → its Service. */
    private final Map<ResourceKey, ResourceKey> serviceOf = new HashMap<>();
    private final Set<ResourceKey> dirty = new LinkedHashSet<>();
    private final Set<ResourceKey> shared = new HashSet<>();

    ServiceShare(Owner owner, PublishedKeys keys) {
        this.owner = owner;
        this.keys = keys;
    }

    void service(ResourceKey key, Optional<Service> changed) {
        changed.ifPresentOrElse(service -> services.put(key, service), () -> services.remove(key));
        dirty.add(key);
    }

    void slice(ResourceKey key, Optional<EndpointSlice> changed) {
        ResourceKey before = serviceOf.remove(key);
        if (before != null) {
            slices.computeIfPresent(before, (service, members) -> {
                members.remove(key.name());
                return members.isEmpty() ? null : members;
            });
            dirty.add(before);
        }
        changed.filter(slice -> !slice.serviceName().isEmpty()).ifPresent(slice -> {
            ResourceKey service = new ResourceKey(Service.KIND, key.namespace(), slice.serviceName());
            serviceOf.put(key, service);
            slices.computeIfAbsent(service, absent -> new TreeMap<>()).put(key.name(), slice);
            dirty.add(service);
        });
    }

    /** Writes what changed. */
    void settle() {
        for (ResourceKey key : dirty) {
            Service service = services.get(key);
            String path = MeshKeys.service(owner.cluster(), key.namespace(), key.name());
            if (service != null && isShared(service)) {
                shared.add(key);
                keys.put(path, entry(service, slices.getOrDefault(key, new TreeMap<>()).values()).encode(),
                        "service " + service.displayName());
            } else {
                shared.remove(key);
                keys.delete(path);
            }
        }
        dirty.clear();
    }

    int count() {
        return shared.size();
    }

    private static boolean isShared(Service service) {
        return GlobalAnnotations.of(service.meta().annotations()).shared() && service.spec().type() != ServiceType.EXTERNAL_NAME;
    }

    private ServiceEntry entry(Service service, Collection<EndpointSlice> members) {
        SortedMap<IpAddress, Map<String, Port>> frontends = new TreeMap<>();
        for (IpAddress address : service.spec().clusterIps()) {
            Map<String, Port> ports = frontends.computeIfAbsent(address, absent -> new TreeMap<>());
            service.spec().ports().forEach(port -> ports.put(port.name(), new Port(port.protocol(), port.port())));
        }
        SortedMap<IpAddress, Map<String, Port>> backends = new TreeMap<>();
        SortedMap<IpAddress, ServiceEntry.Zone> zones = new TreeMap<>();
        for (EndpointSlice slice : members) {
            for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
                if (endpoint.conditions().ready() || endpoint.conditions().serving()) {
                    IpAddress address = endpoint.addresses().getFirst();
                    backends.computeIfAbsent(address, absent -> new TreeMap<>()).putAll(ports(slice.ports()));
                    if (!endpoint.zone().isEmpty() || !endpoint.hintedZones().isEmpty()) {
                        zones.put(address, new ServiceEntry.Zone(endpoint.zone(), endpoint.hintedZones()));
                    }
                }
            }
        }
        return new ServiceEntry(owner.cluster(), owner.clusterId(), service.meta().namespace(), service.meta().name(), frontends, backends,
                Map.of(), zones, service.meta().labels(), service.spec().selector(), true, true);
    }

    /** A port without a number, which means all of them, cannot be told. */
    private static Map<String, Port> ports(List<EndpointSlice.Port> ports) {
        Map<String, Port> byName = new HashMap<>();
        for (EndpointSlice.Port port : ports) {
            if (port.port() != 0) {
                byName.put(port.name(), new Port(port.protocol(), port.port()));
            }
        }
        return byName;
    }
}
