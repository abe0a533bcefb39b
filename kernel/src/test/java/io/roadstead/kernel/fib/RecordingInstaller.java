package io.roadstead.kernel.fib;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.route.RouteInstaller;

/** Remembers what it was told last; refuses what a test says. */
final class RecordingInstaller implements RouteInstaller<RecordingInstaller.Config> {

    final Map<IpPrefix, Route> routes = new TreeMap<>();
    boolean complete;
    int replacements;
    private Map<IpPrefix, String> refused = Map.of();
    private Runnable listener = () -> {
    };

    @Override
    public void replace(Collection<Route> all, boolean completeNow) {
        routes.clear();
        all.forEach(route -> routes.put(route.prefix(), route));
        complete = completeNow;
        replacements++;
    }

    /** {@code 10.0.0.0/24 via 192.0.2.2}. */
    List<String> texts() {
        return routes.values().stream().map(route -> route.prefix() + " via " + String.join(",",
                route.nextHops().stream().map(Object::toString).toList())).toList();
    }

    void refuse(Map<IpPrefix, String> now) {
        refused = now;
        listener.run();
    }

    @Override
    public Map<IpPrefix, String> refused() {
        return refused;
    }

    @Override
    public void onRefusal(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public boolean reconfigure(Config config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("fake");
    }

    @Override
    public void close() {
        routes.clear();
    }

    /** Empty. */
    record Config() {
    }
}
