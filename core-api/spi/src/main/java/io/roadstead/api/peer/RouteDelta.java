package io.roadstead.api.peer;

import java.util.Map;
import java.util.Set;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A change of wanted routes. A prefix stands in one of the two.
 *
 * @param announce new or with other attributes
 * @param withdraw no longer wanted
 */
public record RouteDelta(Map<IpPrefix, RouteAttributes> announce, Set<IpPrefix> withdraw) {

    public RouteDelta {
        announce = Map.copyOf(announce);
        withdraw = Set.copyOf(withdraw);
        for (IpPrefix prefix : withdraw) {
            if (announce.containsKey(prefix)) {
                throw new IllegalArgumentException(prefix + " is both announced and withdrawn");
            }
        }
    }

    public boolean isEmpty() {
        return announce.isEmpty() && withdraw.isEmpty();
    }
}
