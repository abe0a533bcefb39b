package io.roadstead.plugin.maglev;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.testkit.LoadBalancingAlgorithmContract;

/** The paper's balance, and the disruption that comes with it. */
final class NativeContractTest extends LoadBalancingAlgorithmContract {

    @Override
    protected LoadBalancingAlgorithm<?> algorithm() {
        return new MaglevAlgorithm(new MaglevConfig(MaglevConfig.Mode.NATIVE, HashSeed.parse("JLfvgnHc2kaSUFaI")));
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
