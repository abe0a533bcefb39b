package io.roadstead.kernel.mesh.schema;

/** What a cluster shares, each under prefixes of its own. */
public enum MeshKind {
    NODES("nodes/v1"), SERVICES("services/v1"), ENDPOINTS("ip/v1"), IDENTITIES("identities/v1"), ENDPOINT_SLICES("endpointslices/v1"),
    SERVICE_EXPORTS("serviceexports/v1");

    private final String path;

    MeshKind(String path) {
        this.path = path;
    }

    /** Its part of keys, without slashes at its ends: {@code ip/v1}. */
    public String path() {
        return path;
    }
}
