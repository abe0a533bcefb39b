package io.roadstead.plugin.netlink.table;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * One message to the kernel about a route of ours.
 *
 * @param metric   part of what the route is known by
 * @param nextHops of the new route; empty for a removal
 */
public record Change(Kind kind, IpPrefix prefix, long metric, List<IpAddress> nextHops) {
    public Change {
        nextHops = List.copyOf(nextHops);
    }

    /** What becomes of it. */
    public enum Kind {
        /** It must not be there yet, whoever made it. */
        ADD,
        /** It has other next hops from one packet to the next. */
        REPLACE,
        /** Nothing but a route with our protocol number goes. */
        REMOVE
    }
}
