package io.roadstead.api.mesh;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.roadstead.api.plugin.Instance;

/**
 * Knows which clusters' stores are configured, and opens connections to them. The schema of keys and values is the kernel's, not the backend's.
 * Optional ability: {@link MeshDiagnosis}.
 */
public interface MeshBackend<C extends Record> extends Instance<C> {
    /**
     * Begins to tell which clusters are configured: once soon, and again after each change, on any thread. Called once. What changes of how a known cluster is
     * reached is the backend's to follow, within the {@link MeshStore} that is open.
     */
    void start(Consumer<Clusters> configured);

    /**
     * Opens the own cluster's store, which reconnects for as long as it is not closed.
     *
     * @throws io.roadstead.api.error.RoadsteadException NOT_FOUND when none is configured
     */
    MeshStore own(MeshStore.Listener listener);

    /**
     * Opens another cluster's store, to read, which reconnects for as long as it is not closed.
     *
     * @throws io.roadstead.api.error.RoadsteadException NOT_FOUND when that cluster is not configured
     */
    MeshStore remote(String cluster, MeshStore.Listener listener);

    /**
     * What is configured.
     *
     * @param own      whether there is a store to publish the own cluster in
     * @param remotes  names of clusters to read; may hold the own cluster's name, which is passed over
     * @param problems of what is configured and cannot be used, each a clause with subject and remedy
     */
    record Clusters(boolean own, SortedSet<String> remotes, List<String> problems) {
        public Clusters {
            remotes = Collections.unmodifiableSortedSet(new TreeSet<>(remotes));
            problems = List.copyOf(problems);
        }
    }
}
