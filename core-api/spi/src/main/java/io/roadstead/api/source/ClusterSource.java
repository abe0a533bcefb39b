package io.roadstead.api.source;

import io.roadstead.api.plugin.Instance;

/**
 * Reads the cluster's objects and follows their changes. May also implement {@link StatusWriter} and {@link LeaderElection}.
 */
public interface ClusterSource<C extends Record> extends Instance<C> {
    /** Starts reading. Called once, from the kernel's lifecycle thread; returns at once. */
    void start(ClusterSink sink);

    /**
     * Says what is looked at: once before {@link #start}, and again whenever it changes. A source to which it makes no difference reads everything and leaves this out.
     * What is needed from now on is told through the sink as it is read; what is not any more may be told as deleted or go on. Called from the kernel's lifecycle
     * thread; returns at once.
     */
    default void need(Needs needs) {
    }
}
