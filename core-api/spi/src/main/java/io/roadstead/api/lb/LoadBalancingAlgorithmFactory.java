package io.roadstead.api.lb;

import io.roadstead.api.plugin.ExtensionFactory;

/** Extension point: which backend a flow gets. Selected by {@code roadstead.load-balancer.algorithm}, or per Service. */
public interface LoadBalancingAlgorithmFactory<C extends Record> extends ExtensionFactory<C, LoadBalancingAlgorithm<C>> {
}
