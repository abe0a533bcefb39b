package io.roadstead.kernel.mesh.remote;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.kernel.mesh.schema.EndpointSliceEntry;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.RefusedValueException;

/** EndpointSlices of a cluster that shares no Services: those of one Service become one object. */
final class SliceTable extends KindTable {

    private final SharedObjects objects;
    private final Map<String, Service> services = new HashMap<>();
    private final Map<Service, SortedMap<String, EndpointSliceEntry>> slices = new HashMap<>();

    SliceTable(Owner owner, SharedObjects objects) {
        super(owner);
        this.objects = objects;
    }

    private record Service(String namespace, String name) {
    }

    /** How many Services. */
    @Override
    int size() {
        return slices.size();
    }

    @Override
    List<String> suffixes() {
        return List.copyOf(services.keySet());
    }

    @Override
    void take(String suffix, byte[] value) throws RefusedValueException {
        EndpointSliceEntry slice = EndpointSliceEntry.decode(owner(), suffix, value);
        Service service = new Service(slice.namespace(), slice.serviceName());
        if (!service.equals(services.get(suffix))) {
            remove(suffix);
        }
        if (!service.name.isEmpty()) {
            services.put(suffix, service);
            slices.computeIfAbsent(service, absent -> new TreeMap<>()).put(suffix, slice);
            share(service);
        }
    }

    @Override
    void remove(String suffix) {
        Service service = services.remove(suffix);
        if (service != null) {
            slices.computeIfPresent(service, (same, members) -> {
                members.remove(suffix);
                return members.isEmpty() ? null : members;
            });
            share(service);
        }
    }

    private void share(Service service) {
        SortedMap<String, EndpointSliceEntry> members = slices.get(service);
        if (members == null) {
            objects.remove(RemoteService.key(owner().cluster(), service.namespace, service.name));
        } else {
            objects.put(EndpointSliceEntry.remoteService(owner(), service.namespace, service.name, members.values()));
        }
    }
}
