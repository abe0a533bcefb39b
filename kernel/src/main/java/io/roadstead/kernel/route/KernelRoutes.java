package io.roadstead.kernel.route;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** The routes that this node's own packets follow. */
@FunctionalInterface
public interface KernelRoutes {

    /** The main table of a family as it is now; empty where the system does not tell. */
    List<Route> of(AddressFamily family);

    /**
     * One route.
     *
     * @param gateway          the next hop, the first of several; null when the destination is on the link itself
     * @param networkInterface name of the device that it leads out of
     * @param metric           of two routes to one destination the lower one counts
     */
    record Route(IpPrefix destination, @Nullable IpAddress gateway, String networkInterface, long metric) {

        /** To a destination on the link, with metric 0. */
        public Route(IpPrefix destination, String networkInterface) {
            this(destination, null, networkInterface, 0);
        }
    }
}
