package io.roadstead.kernel.boot;

import static io.roadstead.kernel.boot.Roles.HANDOVER_LIMIT;
import static io.roadstead.kernel.boot.Roles.on;

import java.util.function.BiConsumer;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.plugin.Instance;
import io.roadstead.api.source.Needs;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.cluster.ClusterNeeds;
import io.roadstead.kernel.lb.LoadBalancerController;

/** What the kernel does with algorithms, dispatch modes and datapaths. Each hands over to the control loop and waits. */
final class BalancingRoles {

    private BalancingRoles() {
    }

    /** Builds tables; none is built by another while one takes over from its predecessor. */
    static Role<LoadBalancingAlgorithm<?>> selecting(Loop control, LoadBalancerController balancer) {
        return new Overlapping<>("algorithm", "roadstead.algorithms.", control, balancer::algorithmAdded, balancer::algorithmRemoved);
    }

    /** Brings packets to backends; none meets an empty place while one takes over from its predecessor. */
    static Role<DispatchMode<?>> dispatching(Loop control, LoadBalancerController balancer) {
        return new Overlapping<>("dispatch mode", "roadstead.dispatch-modes.", control, balancer::dispatchModeAdded,
                balancer::dispatchModeRemoved);
    }

    /** What the controller knows by its type. One that changes is added anew, since what it decides may differ. */
    private record Overlapping<X extends Instance<?>>(String kind, String sections, Loop control, BiConsumer<String, X> added,
            BiConsumer<String, X> removed) implements Role<X> {
        @Override
        public String section(String type) {
            return sections + type;
        }

        @Override
        public boolean overlaps() {
            return true;
        }

        @Override
        public void start(String type, X instance) {
            on(control, kind, () -> added.accept(type, instance));
        }

        @Override
        public void stop(String type, X instance) {
            on(control, kind, () -> removed.accept(type, instance));
        }

        @Override
        public boolean reconfigure(String type, X instance, Reconfigure change) {
            return TimeLimit.await(kind, HANDOVER_LIMIT, control.submit(() -> {
                boolean applied = change.apply();
                if (applied) {
                    added.accept(type, instance);
                }
                return applied;
            }));
        }
    }

    /** Carries the traffic. */
    record Carrying(Loop control, LoadBalancerController balancer, ClusterNeeds needs, ConfigService config) implements Role<Datapath<?>> {
        /** Whether packets to Pods of other nodes find their way, which status tells, shows only against those nodes' Pod CIDRs. */
        private static final Needs OTHER_NODES = new Needs(Needs.Scope.ALL, Needs.Scope.NONE, false);

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
            needs.set(kind() + " " + type, OTHER_NODES);
        }

        @Override
        public void stop(String type, Datapath<?> datapath) {
            on(control, kind(), () -> balancer.datapathRemoved(datapath));
            needs.set(kind() + " " + type, Needs.OWN_NODE);
        }
    }
}
