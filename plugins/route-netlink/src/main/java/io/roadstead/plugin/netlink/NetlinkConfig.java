package io.roadstead.plugin.netlink;

import io.roadstead.api.config.Doc;

/** The section {@code roadstead.routes.netlink}. */
@Doc("Installs routes in a table of the Linux kernel. Needs the capability CAP_NET_ADMIN.")
public record NetlinkConfig(
        @Doc("The protocol number by which the agent knows its own routes, `proto` in `ip route`; 5 to 255. No other program may use it.") int protocol,
        @Doc("Number of the table; 1 to 2147483647. 254 is main, the one that packets follow without rules.") int table,
        @Doc("Metric of the routes; 1 to 2147483647. Of two routes to a prefix the lower metric counts, so a route made by hand comes first.") int metric,
        @Doc("What becomes of the routes when the agent stops: keep, they stay and its next run takes them over; remove.") OnStop onStop) {

    public NetlinkConfig {
        if (protocol < 5 || protocol > 255) { // below are the kernel's own, boot and static
            throw new IllegalArgumentException("protocol must be 5 to 255");
        }
        if (table < 1) {
            throw new IllegalArgumentException("table must be 1 to 2147483647");
        }
        if (metric < 1) { // the kernel turns an IPv6 route's 0 into 1024
            throw new IllegalArgumentException("metric must be 1 to 2147483647");
        }
    }

    /** What a stopped agent leaves. */
    public enum OnStop {
        KEEP, REMOVE
    }
}
