package io.roadstead.kernel.boot;

import java.util.function.Consumer;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.Needs;
import io.roadstead.kernel.cluster.ClusterNeeds;

/**
 * An election whose winner looks at more of the cluster than others do. It is told that it leads at once, and of the objects when they have been read.
 *
 * @param election who decides
 * @param of       of the leader
 */
record NeedingElection(LeaderElection election, ClusterNeeds needs, Needs of) implements LeaderElection {
    @Override
    public Registration contend(String role, Consumer<Boolean> leads) {
        String part = "leader of " + role;
        Registration contending = election.contend(role, now -> {
            needs.set(part, now ? of : Needs.OWN_NODE);
            leads.accept(now);
        });
        return () -> {
            contending.close();
            needs.set(part, Needs.OWN_NODE);
        };
    }
}
