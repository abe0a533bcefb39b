package io.roadstead.kernel.mesh.publish;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;
import io.roadstead.kernel.cluster.ChangeSet;

/**
 * Objects of the kinds that are published, on their way from the control loop to the mesh loop.
 *
 * @param objects empty for those that are gone
 * @param synced  whether every source has been read completely
 */
public record ObjectChanges(Map<ResourceKey, Optional<Resource>> objects, boolean synced) {

    private static final Map<String, Class<? extends Resource>> KINDS = Map.of(Node.KIND, Node.class, CiliumNode.KIND, CiliumNode.class,
            Service.KIND, Service.class, EndpointSlice.KIND, EndpointSlice.class, Pod.KIND, Pod.class);

    public ObjectChanges {
        objects = Collections.unmodifiableMap(new LinkedHashMap<>(objects));
    }

    /** What a batch changed. On the control loop. */
    public static ObjectChanges of(ChangeSet changes, ClusterView view) {
        Map<ResourceKey, Optional<Resource>> objects = new LinkedHashMap<>();
        for (ResourceKey key : changes.keys()) {
            Class<? extends Resource> type = KINDS.get(key.kind());
            if (type != null) {
                objects.put(key, view.get(type, key.namespace(), key.name()).map(found -> found));
            }
        }
        return new ObjectChanges(objects, changes.synced());
    }

    /** Everything that there is. On the control loop. */
    public static ObjectChanges all(ClusterView view, boolean synced) {
        Set<ResourceKey> keys = new LinkedHashSet<>();
        KINDS.values().forEach(type -> view.all(type).forEach(each -> keys.add(each.key())));
        return of(new ChangeSet(keys, synced), view);
    }

    /** Whether there is nothing in it to tell. */
    public boolean isEmpty() {
        return objects.isEmpty() && !synced;
    }
}
