package io.roadstead.kernel.route;

import java.util.List;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpPrefix;

/** The routes that this node's own packets follow. */
@FunctionalInterface
public interface KernelRoutes {

    /** The main table of a family as it is now; empty where the system does not tell. */
    List<Route> of(AddressFamily family);

    /**
     * One route.
     *
     * @param networkInterface name of the device that it leads out of
     */
    record Route(IpPrefix destination, String networkInterface) {
    }
}
