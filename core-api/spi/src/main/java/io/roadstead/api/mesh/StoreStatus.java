package io.roadstead.api.mesh;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a connection to a store is.
 *
 * @param storeId       the store's own identity: etcd's cluster id in hexadecimal digits; empty while it has not been reached yet
 * @param endpoints     those configured, in their order
 * @param leases        how many it holds now
 * @param pendingWrites keys whose newest value has not been stored yet
 * @param refusedWrites how many writes the store has refused since the start
 * @param writeProblem  why writes are refused at present, with a remedy; empty while they are not
 * @param failures      how often a connection was lost or could not be made since the start
 * @param lastFailure   when that was last; null when it never was
 * @param failure       what it was, with a remedy; empty when it never was
 * @param version       of the store's server; empty while unknown
 */
public record StoreStatus(boolean connected, String storeId, List<Endpoint> endpoints, int leases, int pendingWrites, long refusedWrites,
        String writeProblem, long failures, @Nullable Instant lastFailure, String failure, String version) {

    public StoreStatus {
        endpoints = List.copyOf(endpoints);
    }

    /** One of the store's servers as configured; {@code connected} tells whether it is the one that is used now. */
    public record Endpoint(String url, boolean connected) {
    }
}
