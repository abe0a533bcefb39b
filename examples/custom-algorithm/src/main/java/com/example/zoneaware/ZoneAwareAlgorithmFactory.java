package com.example.zoneaware;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.LoadBalancingAlgorithmFactory;
import io.roadstead.api.plugin.PluginContext;

import org.pf4j.Extension;

/** What the agent finds in the jar: makes the algorithm. */
@Extension
public final class ZoneAwareAlgorithmFactory implements LoadBalancingAlgorithmFactory<ZoneAwareConfig> {

    @Override
    public String type() {
        return "zone-aware";
    }

    @Override
    public Class<ZoneAwareConfig> configType() {
        return ZoneAwareConfig.class;
    }

    @Override
    public LoadBalancingAlgorithm<ZoneAwareConfig> create(String name, ZoneAwareConfig config, PluginContext context) {
        return new ZoneAwareAlgorithm(config);
    }
}
