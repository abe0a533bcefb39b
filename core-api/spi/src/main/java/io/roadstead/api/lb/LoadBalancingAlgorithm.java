package io.roadstead.api.lb;

import io.roadstead.api.plugin.Instance;

/** Builds the table from which every datapath reads the backend of a flow. */
public interface LoadBalancingAlgorithm<C extends Record> extends Instance<C> {
    /**
     * Pure: equal requests give equal tables on every node. Called on the control loop, once per change of a frontend's backends.
     */
    SelectionTable build(TableRequest request);
}
