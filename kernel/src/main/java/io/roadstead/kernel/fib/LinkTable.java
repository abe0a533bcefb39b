package io.roadstead.kernel.fib;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.kernel.route.KernelRoutes;
import io.roadstead.kernel.route.KernelRoutes.Route;

/** Where this node's own packets went at one moment, without the routes of this agent. Immutable. */
final class LinkTable {

    private final Map<AddressFamily, NavigableMap<Integer, Map<IpPrefix, Route>>> byLength = new HashMap<>();

    /** @param ours tells the routes of this agent, which no other route may depend on */
    LinkTable(KernelRoutes routes, Predicate<Route> ours) {
        for (AddressFamily family : AddressFamily.values()) {
            NavigableMap<Integer, Map<IpPrefix, Route>> lengths = new TreeMap<>();
            for (Route route : routes.of(family)) {
                if (!ours.test(route)) {
                    lengths.computeIfAbsent(route.destination().length(), length -> new HashMap<>())
                            .merge(route.destination(), route, (one, other) -> one.metric() <= other.metric() ? one : other);
                }
            }
            byLength.put(family, lengths);
        }
    }

    /** The route that a packet to that address takes. */
    Optional<Route> to(IpAddress address) {
        for (Map.Entry<Integer, Map<IpPrefix, Route>> length : lengths(address).descendingMap().entrySet()) {
            Route route = length.getValue().get(IpPrefix.containing(address, length.getKey()));
            if (route != null) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }

    private NavigableMap<Integer, Map<IpPrefix, Route>> lengths(IpAddress address) {
        return byLength.getOrDefault(address.family(), new TreeMap<>());
    }

    /** Whether the address is a neighbour's: no gateway stands between. */
    boolean onLink(IpAddress address) {
        return to(address).filter(route -> route.gateway() == null).isPresent();
    }

    /** What a packet to that next hop is handed to: itself, or a gateway on the way. Empty when only a default route leads there, which leads anywhere. */
    Optional<IpAddress> neighbour(IpAddress nextHop) {
        return to(nextHop).filter(route -> route.destination().length() > 0).map(route -> {
            IpAddress gateway = route.gateway();
            return gateway == null ? nextHop : gateway;
        });
    }

    /** Whether a route other than the default one leads there. */
    boolean covers(IpPrefix prefix) {
        return to(prefix.address()).filter(route -> route.destination().length() > 0 && route.destination().contains(prefix)).isPresent();
    }

    /** Two of them are equal when packets go the same ways. */
    @Override
    public boolean equals(Object other) {
        return other instanceof LinkTable table && byLength.equals(table.byLength);
    }

    @Override
    public int hashCode() {
        return byLength.hashCode();
    }

    /** All routes, for a failure's text. */
    @Override
    public String toString() {
        List<Route> all = new ArrayList<>();
        byLength.values().forEach(lengths -> lengths.values().forEach(routes -> all.addAll(routes.values())));
        return all.toString();
    }
}
