package io.roadstead.kernel.fib;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** Decides which routes are wanted. A direct one goes before a learned one to the same prefix. Does nothing but compute. */
final class RoutePlanner {

    private final LinkTable links;
    private final List<IpPrefix> ownPodCidrs;
    private final List<IpAddress> ownAddresses;
    private final Map<IpPrefix, PlannedRoute> planned = new TreeMap<>();

    RoutePlanner(LinkTable links, List<IpPrefix> ownPodCidrs, List<IpAddress> ownAddresses) {
        this.links = links;
        this.ownPodCidrs = ownPodCidrs;
        this.ownAddresses = ownAddresses;
    }

    /**
     * Plans.
     *
     * @param learned within the prefixes that may be learned
     * @param failed  direct routes that the system refused: a learned one is used instead where there is one
     * @return ordered by prefix
     */
    Collection<PlannedRoute> plan(List<NodeCidr> cidrs, Collection<LearnedRoute> learned, Set<IpPrefix> failed) {
        Map<IpPrefix, PlannedRoute> byPeers = new HashMap<>();
        learned.forEach(route -> learned(route).ifPresent(found -> byPeers.put(found.prefix(), found)));
        List<PlannedRoute> obstructed = new ArrayList<>();
        for (NodeCidr cidr : cidrs) {
            if (planned.containsKey(cidr.prefix())) {
                continue; // of two nodes with one Pod CIDR the first keeps it; who reads them names the other
            }
            PlannedRoute route = direct(cidr);
            if (route.wanted() && !failed.contains(cidr.prefix())) {
                planned.put(cidr.prefix(), route);
            } else {
                obstructed.add(route);
            }
        }
        byPeers.forEach((prefix, route) -> planned.putIfAbsent(prefix, route));
        Set<Integer> lengths = new HashSet<>();
        planned.values().stream().filter(PlannedRoute::wanted).forEach(route -> lengths.add(route.prefix().length()));
        obstructed.forEach(route -> obstructed(route, lengths));
        return planned.values();
    }

    private PlannedRoute direct(NodeCidr cidr) {
        Optional<IpPrefix> own = ownPodCidrs.stream().filter(cidr.prefix()::overlaps).findFirst();
        if (own.isPresent()) {
            return refused(cidr, "it overlaps with this node's Pod CIDR " + own.get() + "; give each node its own");
        }
        if (cidr.addresses().isEmpty()) {
            return refused(cidr, "the node has no address of this family");
        }
        Optional<IpAddress> neighbour = cidr.addresses().stream().filter(links::onLink).findFirst();
        if (neighbour.isEmpty()) {
            return refused(cidr, cidr.addresses().getFirst() + " is on no link of this node, and no peer tells of a way; "
                    + "advertise Pod CIDRs by BGP and list them under roadstead.routes.learned");
        }
        // Asked for once more although it failed: the reason stays in view, and it may work by now.
        return PlannedRoute.install(cidr.prefix(), List.of(neighbour.get()), Origin.DIRECT, cidr.node());
    }

    private static PlannedRoute refused(NodeCidr cidr, String obstacle) {
        return new PlannedRoute(cidr.prefix(), List.of(), Origin.DIRECT, cidr.node(), obstacle, true);
    }

    /**
     * Shown, and a problem, unless there is another way.
     *
     * @param lengths of prefixes that are routed
     */
    private void obstructed(PlannedRoute route, Set<Integer> lengths) {
        PlannedRoute instead = planned.get(route.prefix());
        if (instead != null && instead.wanted() && instead.origin() == Origin.BGP) {
            return;
        }
        boolean covered = lengths.stream().anyMatch(length -> isRouted(route.prefix(), length)) || links.covers(route.prefix());
        if (!route.wanted() && covered) {
            planned.put(route.prefix(), new PlannedRoute(route.prefix(), List.of(), route.origin(), route.subject(),
                    "not needed: the node is on no link of this one, and another route covers it", false));
        } else {
            planned.put(route.prefix(), route);
        }
    }

    private boolean isRouted(IpPrefix prefix, int length) {
        PlannedRoute covering = length > prefix.length() ? null : planned.get(IpPrefix.containing(prefix.address(), length));
        return covering != null && covering.wanted();
    }

    /** Empty where it is no business of this node. */
    private Optional<PlannedRoute> learned(LearnedRoute route) {
        IpPrefix prefix = route.prefix();
        boolean own = prefix.length() > 0
                && (ownPodCidrs.stream().anyMatch(prefix::overlaps) || ownAddresses.stream().anyMatch(prefix::contains));
        List<IpAddress> others = route.nextHops().stream().filter(hop -> !ownAddresses.contains(hop)).toList();
        if (own || others.isEmpty()) {
            return Optional.empty();
        }
        List<IpAddress> neighbours =
                others.stream().map(hop -> links.neighbour(hop).orElse(null)).filter(Objects::nonNull).distinct().toList();
        if (neighbours.isEmpty()) {
            return Optional.of(new PlannedRoute(prefix, List.of(), Origin.BGP, route.peer(),
                    "nothing but a default route leads to its next hop " + others.getFirst() + "; add a route to it", true));
        }
        return Optional.of(PlannedRoute.install(prefix, neighbours, Origin.BGP, route.peer()));
    }
}
