package io.roadstead.api.lb;

import java.util.Collection;

/** Ability of an {@link io.roadstead.api.plugin.AddOn}: answers health checks of Services for load balancers outside of the cluster. */
public interface HealthCheckServer {
    /** Replaces everything. Called on the control loop; hands over and returns at once; idempotent. */
    void healthChecks(Collection<HealthCheckNodePort> checks);
}
