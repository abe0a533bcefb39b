package io.roadstead.api.route;

import java.util.List;
import java.util.Map;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.plugin.Instance;

/** Keeps a forwarding table equal to the learned best paths. Touches no route but its own. */
public interface RouteInstaller<C extends Record> extends Instance<C> {
    /** Replaces everything installed: prefix → next hops, one or more of equal cost. Idempotent; returns at once. */
    void replace(Map<IpPrefix, List<IpAddress>> routes);
}
