package io.roadstead.api.route;

import io.roadstead.api.plugin.ExtensionFactory;

/**
 * Extension point: which prefixes this node originates. The kernel makes one instance per factory, with the configuration section
 * {@code roadstead.advertisers.<type>}.
 */
public interface RouteAdvertiserFactory<C extends Record> extends ExtensionFactory<C, RouteAdvertiser<C>> {
}
