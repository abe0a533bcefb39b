package io.roadstead.plugin.maglev;

import org.pf4j.Extension;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.LoadBalancingAlgorithmFactory;
import io.roadstead.api.plugin.PluginContext;

/** Makes the algorithm of type {@code maglev}. */
@Extension
public final class MaglevAlgorithmFactory implements LoadBalancingAlgorithmFactory<MaglevConfig> {

    @Override
    public String type() {
        return "maglev";
    }

    @Override
    public Class<MaglevConfig> configType() {
        return MaglevConfig.class;
    }

    @Override
    public LoadBalancingAlgorithm<MaglevConfig> create(String name, MaglevConfig config, PluginContext context) {
        return new MaglevAlgorithm(config);
    }
}
