package io.roadstead.plugin.netlink.table;

import java.util.Set;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A route as it stands in a table.
 *
 * @param protocol who made it, by number
 * @param metric   as an unsigned number of 32 bits
 * @param nextHops empty when it leads to a device and not to another node
 */
public record TableRoute(IpPrefix prefix, int protocol, long metric, Set<IpAddress> nextHops) {
    public TableRoute {
        nextHops = Set.copyOf(nextHops);
    }
}
