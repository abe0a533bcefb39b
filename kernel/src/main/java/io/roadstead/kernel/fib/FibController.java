package io.roadstead.kernel.fib;

import java.util.List;

import io.roadstead.api.route.RouteInstaller;
import io.roadstead.api.view.InstalledRouteView;

/** From nodes and learned routes to what the system's table is to hold. Everything runs on the control loop unless it says otherwise. */
public final class FibController {

    public FibController(FibSettings settings) {
    }

    /** Follows the cluster's state and what is learned from now on. */
    public void start() {
    }

    /** Takes changed settings. */
    public void reconfigure(FibSettings changed) {
    }

    /** Has it install everything. */
    public void installerAdded(String type, RouteInstaller<?> installer) {
    }

    /** Tells it nothing more. */
    public void installerRemoved(RouteInstaller<?> installer) {
    }

    /** What is wanted, ordered by prefix. */
    public List<InstalledRouteView> routes() {
        return List.of();
    }

    /** Everything that somebody should look at; any thread. */
    public List<String> problems() {
        return List.of();
    }
}
