package io.roadstead.kernel.mesh.schema;

import java.util.Arrays;

/** Decodes a key's value by its kind, as a reader of the cluster does. */
final class Reading {

    private Reading() {
    }

    /** What a key of this cluster's holds. */
    static Object decode(Owner owner, String key, byte[] value) throws RefusedValueException {
        if (key.equals(MeshKeys.clusterConfig(owner.cluster()))) {
            return ClusterConfigEntry.decode(value);
        }
        MeshLayout layout = new MeshLayout(owner.cluster(), false);
        MeshKind kind = Arrays.stream(MeshKind.values()).filter(each -> key.startsWith(layout.prefix(each))).findFirst().orElseThrow();
        return decode(owner, kind, key.substring(layout.prefix(kind).length()), value);
    }

    static Object decode(Owner owner, MeshKind kind, String suffix, byte[] value) throws RefusedValueException {
        return switch (kind) {
            case NODES -> NodeEntry.decode(owner, suffix, value);
            case SERVICES -> ServiceEntry.decode(owner, suffix, value);
            case ENDPOINTS -> IpEntry.decode(owner, suffix, value);
            case IDENTITIES -> IdentityEntry.decode(owner, suffix, value);
            case ENDPOINT_SLICES -> EndpointSliceEntry.decode(owner, suffix, value);
            case SERVICE_EXPORTS -> throw new AssertionError("not read");
        };
    }
}
