package io.roadstead.api.source;

import java.util.function.Consumer;

import io.roadstead.api.lifecycle.Registration;

/** Optional ability of a {@link ClusterSource}: one agent of the cluster at a time leads. A source without it makes every agent lead. */
public interface LeaderElection {
    /**
     * Contends for a role until the registration is closed, which gives it up.
     *
     * @param role  lower case with dashes
     * @param leads told true when this agent has begun to lead and false before another can begin; on any thread
     */
    Registration contend(String role, Consumer<Boolean> leads);
}
