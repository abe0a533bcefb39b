package io.roadstead.api.mesh;

import io.roadstead.api.plugin.ExtensionFactory;

/** Extension point: which store joins clusters. Selected by {@code roadstead.mesh.backend}. */
public interface MeshBackendFactory<C extends Record> extends ExtensionFactory<C, MeshBackend<C>> {
}
