package io.roadstead.kernel.mesh.remote;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.mesh.schema.MeshKind;
import io.roadstead.kernel.mesh.schema.Owner;

/** Everything known of one cluster, kept for as long as it is configured with the same id, whatever becomes of its store. */
final class Learned {

    private final Owner owner;
    private final SharedObjects objects;
    private final Map<MeshKind, KindTable> tables = new EnumMap<>(MeshKind.class);

    Learned(Owner owner, SharedObjects objects) {
        this.owner = owner;
        this.objects = objects;
        tables.put(MeshKind.NODES, ObjectsTable.nodes(owner, objects));
        tables.put(MeshKind.SERVICES, ObjectsTable.services(owner, objects));
        tables.put(MeshKind.ENDPOINTS, new AddressTable(owner));
        tables.put(MeshKind.IDENTITIES, new IdentityTable(owner));
    }

    /** Has endpoints come from EndpointSlices, or else from Services, from the next list on; until then what is known stays. */
    void fromSlices(boolean slices) {
        MeshKind wanted = slices ? MeshKind.ENDPOINT_SLICES : MeshKind.SERVICES;
        KindTable before = tables.remove(slices ? MeshKind.SERVICES : MeshKind.ENDPOINT_SLICES);
        if (before != null) {
            KindTable table = slices ? new SliceTable(owner, objects) : ObjectsTable.services(owner, objects);
            table.replaces(before);
            tables.put(wanted, table);
        }
    }

    Owner owner() {
        return owner;
    }

    Map<MeshKind, KindTable> tables() {
        return Collections.unmodifiableMap(tables);
    }

    /** Forgets everything, and takes it from the rest of the agent. */
    void drain() {
        tables.values().forEach(KindTable::drain);
    }

    MeshView.Counts counts() {
        return new MeshView.Counts(size(MeshKind.NODES), size(MeshKind.ENDPOINTS), size(MeshKind.IDENTITIES),
                size(MeshKind.SERVICES) + size(MeshKind.ENDPOINT_SLICES));
    }

    private int size(MeshKind kind) {
        KindTable table = tables.get(kind);
        return table == null ? 0 : table.size();
    }

    int refused() {
        return tables.values().stream().mapToInt(KindTable::refused).sum();
    }

    List<MeshView.Refusal> refusals(int most) {
        return tables.values().stream().flatMap(KindTable::refusals).limit(most).toList();
    }
}
