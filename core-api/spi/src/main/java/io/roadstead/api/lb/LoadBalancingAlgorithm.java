package io.roadstead.api.lb;

import java.util.List;

import io.roadstead.api.plugin.Instance;

/** Builds the table from which every datapath reads the backend of a flow. */
public interface LoadBalancingAlgorithm<C extends Record> extends Instance<C> {
    /**
     * Pure: equal arguments give equal tables on every node. Called on the control loop.
     *
     * @param service   {@code namespace/name:port}, for algorithms that salt by it
     * @param backends  ordered by address; at least one
     * @param tableSize slots wanted; prime
     */
    SelectionTable build(String service, List<WeightedBackend> backends, int tableSize);
}
