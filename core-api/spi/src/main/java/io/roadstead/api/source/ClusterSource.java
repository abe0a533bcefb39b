package io.roadstead.api.source;

import io.roadstead.api.plugin.Instance;

/**
 * Reads the cluster's objects and follows their changes. May also implement {@link StatusWriter} and {@link LeaderElection}.
 */
public interface ClusterSource<C extends Record> extends Instance<C> {
    /** Starts reading. Called once, from the kernel's lifecycle thread; returns at once. */
    void start(ClusterSink sink);
}
