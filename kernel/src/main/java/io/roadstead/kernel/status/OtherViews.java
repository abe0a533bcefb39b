package io.roadstead.kernel.status;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import io.roadstead.api.metrics.Metric;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.Needs;
import io.roadstead.api.view.ConfigView;
import io.roadstead.api.view.PluginView;
import io.roadstead.api.view.PoolView;
import io.roadstead.api.view.StatusView;

/**
 * Where the views come from that are not of the cluster's state and its routes. All are asked on the control loop, but for {@code metrics}, which is asked on any
 * thread.
 *
 * @param components source, advertisers, protocols, add-ons
 * @param problems   of configuration, plugins, instances, address pools, routes and objects that are probably not meant so; asked on the control loop
 * @param leading    whether this agent hands out addresses
 * @param pending    why a Service lacks an address; empty when it does not
 * @param needs      what is read of the cluster's objects
 * @param metrics    all figures, the families merged by name and ordered
 */
public record OtherViews(Supplier<List<StatusView.Component>> components, Supplier<List<String>> problems, Supplier<List<PoolView>> pools,
        Supplier<StatusView.Ipam> ipam, BooleanSupplier leading, Function<ResourceKey, String> pending, Supplier<List<PluginView>> plugins,
        Supplier<ConfigView> config, Supplier<Needs> needs, Supplier<List<Metric>> metrics) {
}
