package io.roadstead.testkit.lab;

import java.util.List;
import java.util.Set;

/**
 * A route of a namespace's main table, as the kernel holds it.
 *
 * @param prefix {@code default} for the default route, without {@code /32} or {@code /128} for a host route, as {@code ip route} shows it
 * @param nextHops gateways, several for a multipath route; empty for a route without one
 * @param devices every device that the route leaves by; empty for a blackhole
 * @param protocol who installed it: {@code kernel}, {@code static}, {@code bgp}, {@code bird} …; {@code boot} for one added by hand
 * @param metric 0 when it has none
 */
public record KernelRoute(String prefix, Set<String> nextHops, List<String> devices, String protocol, long metric) {
    public KernelRoute {
        nextHops = Set.copyOf(nextHops);
        devices = List.copyOf(devices);
    }
}
