package io.roadstead.kernel.mesh.remote;

import io.roadstead.api.mesh.MeshStore;

/** Opens another cluster's store. */
@FunctionalInterface
public interface StoreOpener {
    /** @throws io.roadstead.api.error.RoadsteadException when it cannot, with the reason */
    MeshStore open(String cluster, MeshStore.Listener listener);
}
