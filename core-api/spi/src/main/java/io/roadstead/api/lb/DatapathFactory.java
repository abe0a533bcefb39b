package io.roadstead.api.lb;

import io.roadstead.api.plugin.ExtensionFactory;

/** Extension point: what carries packets. Selected by {@code roadstead.load-balancer.datapath}. */
public interface DatapathFactory<C extends Record> extends ExtensionFactory<C, Datapath<C>> {
}
