package io.roadstead.api.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.mesh.StoreStatus;

/**
 * The mesh as this agent sees it.
 *
 * @param cluster    the own cluster's name
 * @param backend    type of the backend; {@code none} without a mesh
 * @param publishing whether this agent writes the own cluster's objects
 * @param published  what it has written; null while it does not publish
 * @param own        the own cluster's store; null when none is configured, and while this agent does not publish
 * @param remotes    ordered by name
 * @param problems   each with its remedy
 */
public record MeshView(String cluster, int clusterId, String backend, boolean publishing, @Nullable Counts published,
        @Nullable StoreStatus own, List<Remote> remotes, List<String> problems) {
    public MeshView {
        remotes = List.copyOf(remotes);
        problems = List.copyOf(problems);
    }

    /** How many objects of each kind. */
    public record Counts(int nodes, int endpoints, int identities, int services) {
    }

    /**
     * Another cluster.
     *
     * @param ready        whether it is connected, its configuration is known, and everything has been read
     * @param notReady     why not; empty when it is
     * @param lostSince    since when it has not been up to date; null while it is, and before it ever was
     * @param counts       what is known of it
     * @param configured   what it says of itself
     * @param synced       whether each kind has been read completely since the connection was made
     * @param heartbeatAge since the last sign of life of its store; null before the first
     * @param refused      how many of its keys are refused at present
     * @param refusals     the first twenty of them
     */
    public record Remote(String name, boolean ready, String notReady, StoreStatus store, @Nullable Instant lostSince, Counts counts,
            Configuration configured, Synced synced, @Nullable Duration heartbeatAge, int refused, List<Refusal> refusals) {
        public Remote {
            refusals = List.copyOf(refusals);
        }
    }

    /**
     * A remote cluster's configuration.
     *
     * @param required             whether there must be one
     * @param retrieved            whether it has been read
     * @param clusterId            0 until then
     * @param cached               whether its data is a copy in a nearer store (kvstoremesh)
     * @param serviceExports       {@code enabled}, {@code disabled} or {@code unsupported}
     * @param endpointSlicesExport as written; empty when absent
     */
    public record Configuration(boolean required, boolean retrieved, int clusterId, int maxConnectedClusters, boolean cached,
            boolean syncedCanaries, String serviceExports, String endpointSlicesExport) {
    }

    /** Whether each kind has been read completely. */
    public record Synced(boolean nodes, boolean endpoints, boolean identities, boolean services) {
        /** All of them. */
        public boolean all() {
            return nodes && endpoints && identities && services;
        }
    }

    /** A key whose value is not used; the rest of its cluster is. */
    public record Refusal(String key, String reason) {
    }
}
