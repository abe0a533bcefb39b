package io.roadstead.kernel.mesh.remote;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import io.roadstead.api.time.Loop;
import io.roadstead.kernel.mesh.MeshSettings;

/**
 * What readers share.
 *
 * @param settings  in force
 * @param sameStore which other cluster, the own one included, is kept in a store of that identity; empty when none is
 * @param released  to be told when an id has become free
 * @param changed   to be told when a reader's state changed
 */
record Reading(Loop loop, InstantSource clock, SharedObjects objects, ClusterIds ids, Supplier<MeshSettings> settings,
        Function<RemoteReader, Optional<String>> sameStore, Runnable released, Runnable changed) {
}
