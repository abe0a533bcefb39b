package io.roadstead.api.view;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A route that this agent wants in the system's table.
 *
 * @param origin  {@code direct} (through the node itself) or {@code bgp}
 * @param subject whose prefix it is: {@code east/east-worker}, or the peer it was learned from
 * @param refused why it is not there; empty when it is
 */
public record InstalledRouteView(IpPrefix prefix, List<IpAddress> nextHops, String origin, String subject, String refused) {
    public InstalledRouteView {
        nextHops = List.copyOf(nextHops);
    }
}
