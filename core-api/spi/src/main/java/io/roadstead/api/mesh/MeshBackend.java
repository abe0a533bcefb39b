package io.roadstead.api.mesh;

import io.roadstead.api.plugin.Instance;

/** Opens connections to the stores of clusters. The schema of keys and values is the kernel's, not the backend's. */
public interface MeshBackend<C extends Record> extends Instance<C> {
    /** Opens a connection to one cluster's store, which reconnects for as long as it is not closed. */
    MeshStore connect(String cluster, MeshStore.Listener listener);
}
