package io.roadstead.plugin.random;

import org.pf4j.Extension;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.LoadBalancingAlgorithmFactory;
import io.roadstead.api.plugin.PluginContext;

/** Makes the algorithm of type {@code random}. */
@Extension
public final class RandomAlgorithmFactory implements LoadBalancingAlgorithmFactory<RandomConfig> {

    @Override
    public String type() {
        return "random";
    }

    @Override
    public Class<RandomConfig> configType() {
        return RandomConfig.class;
    }

    @Override
    public LoadBalancingAlgorithm<RandomConfig> create(String name, RandomConfig config, PluginContext context) {
        return new RandomAlgorithm();
    }
}
