package io.roadstead.kernel.mesh.remote;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.kernel.mesh.schema.NodeEntry;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.RefusedValueException;
import io.roadstead.kernel.mesh.schema.ServiceEntry;

/** Nodes or Services of a cluster: what the rest of the agent sees as objects. */
final class ObjectsTable extends KindTable {

    private final Decoder decoder;
    private final SharedObjects objects;
    private final Map<String, ResourceKey> keys = new HashMap<>();

    private ObjectsTable(Owner owner, SharedObjects objects, Decoder decoder) {
        super(owner);
        this.objects = objects;
        this.decoder = decoder;
    }

    static ObjectsTable nodes(Owner owner, SharedObjects objects) {
        return new ObjectsTable(owner, objects, (whose, suffix, value) -> NodeEntry.decode(whose, suffix, value).remoteNode());
    }

    static ObjectsTable services(Owner owner, SharedObjects objects) {
        return new ObjectsTable(owner, objects, (whose, suffix, value) -> ServiceEntry.decode(whose, suffix, value).remoteService());
    }

    @Override
    int size() {
        return keys.size();
    }

    @Override
    List<String> suffixes() {
        return List.copyOf(keys.keySet());
    }

    @Override
    void take(String suffix, byte[] value) throws RefusedValueException {
        Resource resource = decoder.decode(owner(), suffix, value);
        keys.put(suffix, resource.key());
        objects.put(resource);
    }

    @Override
    void remove(String suffix) {
        ResourceKey key = keys.remove(suffix);
        if (key != null) {
            objects.remove(key);
        }
    }

    /** From a value to an object. */
    private interface Decoder {
        Resource decode(Owner owner, String suffix, byte[] value) throws RefusedValueException;
    }
}
