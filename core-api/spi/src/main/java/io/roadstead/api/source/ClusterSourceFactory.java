package io.roadstead.api.source;

import io.roadstead.api.plugin.ExtensionFactory;

/** Extension point: where the cluster's objects come from. Selected by {@code roadstead.source.type}. */
public interface ClusterSourceFactory<C extends Record> extends ExtensionFactory<C, ClusterSource<C>> {
}
