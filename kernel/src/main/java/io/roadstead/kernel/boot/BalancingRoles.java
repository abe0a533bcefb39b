package io.roadstead.kernel.boot;

import static io.roadstead.kernel.boot.Roles.HANDOVER_LIMIT;
import static io.roadstead.kernel.boot.Roles.on;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.lb.LoadBalancerController;

/** What the kernel does with algorithms, dispatch modes and datapaths. Each hands over to the control loop and waits. */
final class BalancingRoles {

    private BalancingRoles() {
    }

    /** Builds tables. */
    record Selecting(Loop control, LoadBalancerController balancer) implements Role<LoadBalancingAlgorithm<?>> {
        @Override
        public String kind() {
            return "algorithm";
        }

        @Override
        public String section(String type) {
            return "roadstead.algorithms." + type;
        }

        @Override
        public boolean overlaps() {
            return true; // no table is built by another in between
        }

        @Override
        public void start(String type, LoadBalancingAlgorithm<?> algorithm) {
            on(control, kind(), () -> balancer.algorithmAdded(type, algorithm));
        }

        @Override
        public void stop(String type, LoadBalancingAlgorithm<?> algorithm) {
            on(control, kind(), () -> balancer.algorithmRemoved(type, algorithm));
        }

        @Override
        public boolean reconfigure(String type, LoadBalancingAlgorithm<?> algorithm, Reconfigure change) {
            return TimeLimit.await(kind(), HANDOVER_LIMIT, control.submit(() -> {
                boolean applied = change.apply();
                if (applied) {
                    balancer.algorithmAdded(type, algorithm);
                }
                return applied;
            }));
        }
    }

    /** Brings packets to backends. */
    record Dispatching(Loop control, LoadBalancerController balancer) implements Role<DispatchMode<?>> {
        @Override
        public String kind() {
            return "dispatch mode";
        }

        @Override
        public String section(String type) {
            return "roadstead.dispatch-modes." + type;
        }

        @Override
        public boolean overlaps() {
            return true; // no packet meets an empty place in between
        }

        @Override
        public void start(String type, DispatchMode<?> mode) {
            on(control, kind(), () -> balancer.dispatchModeAdded(type, mode));
        }

        @Override
        public void stop(String type, DispatchMode<?> mode) {
            on(control, kind(), () -> balancer.dispatchModeRemoved(type, mode));
        }

        @Override
        public boolean reconfigure(String type, DispatchMode<?> mode, Reconfigure change) {
            return TimeLimit.await(kind(), HANDOVER_LIMIT, control.submit(() -> {
                boolean applied = change.apply();
                if (applied) {
                    balancer.dispatchModeAdded(type, mode);
                }
                return applied;
            }));
        }
    }

    /** Carries the traffic. */
    record Carrying(Loop control, LoadBalancerController balancer, ConfigService config) implements Role<Datapath<?>> {
        @Override
        public String kind() {
            return "datapath";
        }

        @Override
        public String section(String type) {
            return "roadstead.datapaths." + type;
        }

        @Override
        public boolean wanted(String type) {
            return config.agent().loadBalancer().datapath().equals(type);
        }

        @Override
        public void start(String type, Datapath<?> datapath) {
            on(control, kind(), () -> balancer.datapathAdded(type, datapath));
        }

        @Override
        public void stop(String type, Datapath<?> datapath) {
            on(control, kind(), () -> balancer.datapathRemoved(datapath));
        }
    }
}
