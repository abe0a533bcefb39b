package io.roadstead.kernel.fib;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.RouteInstaller.Route;
import io.roadstead.api.view.InstalledRouteView;

/**
 * A route that this node has a use for.
 *
 * @param nextHops neighbours of this node; empty only when it is not to be installed
 * @param subject  the node, or the peer that it was learned from
 * @param obstacle why it is not to be installed; empty when it is
 * @param problem  whether somebody should do something about the obstacle
 */
record PlannedRoute(IpPrefix prefix, List<IpAddress> nextHops, Origin origin, String subject, String obstacle, boolean problem) {

    PlannedRoute {
        nextHops = List.copyOf(nextHops);
    }

    static PlannedRoute install(IpPrefix prefix, List<IpAddress> nextHops, Origin origin, String subject) {
        return new PlannedRoute(prefix, nextHops, origin, subject, "", false);
    }

    boolean wanted() {
        return obstacle.isEmpty();
    }

    Route route() {
        return new Route(prefix, nextHops);
    }

    /** @param refused why the system refused it; empty when it did not */
    InstalledRouteView view(String refused) {
        return new InstalledRouteView(prefix, nextHops, origin.text(), subject, wanted() ? refused : obstacle);
    }
}
