package io.roadstead.api.source;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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
     *
     * @return completes when all that is needed now has been told through the sink: who leads begins only then, since what it does not know of it would take for gone.
     *         Never before the source is synced; never at all when the source is closed before. On any thread
     */
    default CompletionStage<Void> need(Needs needs) {
        return CompletableFuture.completedStage(null);
    }
}
