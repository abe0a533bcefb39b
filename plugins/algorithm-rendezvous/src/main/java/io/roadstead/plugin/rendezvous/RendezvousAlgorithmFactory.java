package io.roadstead.plugin.rendezvous;

import org.pf4j.Extension;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.LoadBalancingAlgorithmFactory;
import io.roadstead.api.plugin.PluginContext;

/** Makes the algorithm of type {@code rendezvous}. */
@Extension
public final class RendezvousAlgorithmFactory implements LoadBalancingAlgorithmFactory<RendezvousConfig> {

    @Override
    public String type() {
        return "rendezvous";
    }

    @Override
    public Class<RendezvousConfig> configType() {
        return RendezvousConfig.class;
    }

    @Override
    public LoadBalancingAlgorithm<RendezvousConfig> create(String name, RendezvousConfig config, PluginContext context) {
        return new RendezvousAlgorithm(config);
    }
}
