package io.roadstead.plugin.maglev;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.testkit.LoadBalancingAlgorithmContract;

/** Cilium's tables keep the contract as well. */
final class CiliumCompatibleContractTest extends LoadBalancingAlgorithmContract {

    @Override
    protected LoadBalancingAlgorithm<?> algorithm() {
        return new MaglevAlgorithm(new MaglevConfig(MaglevConfig.Mode.CILIUM_COMPATIBLE, HashSeed.parse("JLfvgnHc2kaSUFaI")));
    }

    @Override
    protected double mostOverload() {
        return 1.02;
    }

    @Override
    protected double mostDisruption() {
        return 0.03;
    }
}
