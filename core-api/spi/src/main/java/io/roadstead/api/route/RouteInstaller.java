package io.roadstead.api.route;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.plugin.Instance;

/**
 * Keeps a forwarding table equal to the routes that the kernel wants there. Touches no route but its own, which it knows by a mark that outlives the agent:
 * what an earlier run left is taken over when it is wanted, and removed by the first complete {@link #replace} when it is not.
 */
public interface RouteInstaller<C extends Record> extends Instance<C> {
    /**
     * Replaces everything wanted. Idempotent; returns at once. A route that changes its next hops has the old or the new ones at any time, and one whose new next
     * hops are refused goes. Called on the control loop.
     *
     * @param complete false while the agent has not learned yet what it wants: what an earlier run left stays then
     */
    void replace(Collection<Route> routes, boolean complete);

    /** The routes that the system refused, with its reason; a published snapshot, from any thread. They are tried again when what is wanted or the system's links change. */
    Map<IpPrefix, String> refused();

    /** Told, on any thread, after {@link #refused} changed. At most one listener. */
    void onRefusal(Runnable listener);

    /**
     * A route.
     *
     * @param nextHops one or more, of equal cost, each once
     */
    record Route(IpPrefix prefix, List<IpAddress> nextHops) {
        public Route {
            nextHops = List.copyOf(nextHops);
            if (nextHops.isEmpty()) {
                throw new IllegalArgumentException("a route needs a next hop");
            }
        }
    }
}
