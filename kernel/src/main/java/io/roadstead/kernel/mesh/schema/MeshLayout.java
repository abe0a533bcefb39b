package io.roadstead.kernel.mesh.schema;

/**
 * Where a cluster's data is in a store.
 *
 * @param cached whether it is a copy that a kvstoremesh made in another cluster's store
 */
public record MeshLayout(String cluster, boolean cached) {

    /** What keys of a kind begin with; ends with a slash, so that {@code c1} does not match {@code c11}. What follows is the key's suffix. */
    public String prefix(MeshKind kind) {
        if (cached) {
            return "cilium/cache/" + kind.path() + "/" + cluster + (kind == MeshKind.IDENTITIES ? "/id/" : "/");
        }
        return "cilium/state/" + kind.path() + switch (kind) {
            case ENDPOINTS -> "/default/"; // the name of an address space, not of a cluster
            case IDENTITIES -> "/id/";
            case NODES, SERVICES, ENDPOINT_SLICES, SERVICE_EXPORTS -> "/" + cluster + "/";
        };
    }

    /** Its value is a time that nobody reads; its deletion means nothing. */
    public String canary(MeshKind kind) {
        return MeshKeys.canaryPrefix(cluster) + (cached ? "cilium/cache/" : "cilium/state/") + kind.path();
    }
}
