package io.roadstead.api.lb;

import java.util.List;

import io.roadstead.api.model.service.Protocol;

/**
 * What a table is built from.
 *
 * @param service   {@code namespace/name:port}, for algorithms that salt by it
 * @param backends  ordered by address and port; at least one
 * @param tableSize slots wanted; prime
 * @param localZone this node's zone, for algorithms whose tables may differ between zones; empty when unknown
 */
public record TableRequest(String service, Protocol protocol, List<WeightedBackend> backends, int tableSize, String localZone) {
    public TableRequest {
        backends = List.copyOf(backends);
        if (backends.isEmpty()) {
            throw new IllegalArgumentException("a table needs a backend");
        }
        if (tableSize < 1) {
            throw new IllegalArgumentException("table size " + tableSize + " is not positive");
        }
    }
}
