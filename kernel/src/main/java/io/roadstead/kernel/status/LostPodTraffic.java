package io.roadstead.kernel.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;
import io.roadstead.kernel.route.KernelRoutes;
import io.roadstead.kernel.route.KernelRoutes.Route;

/**
 * Finds the trap of a second interface: a node that knows no route to another node's Pods sends their packets by its default route, which on such a node leads
 * out of an interface that no node of the cluster is on. Nothing reports an error then; packets are just gone.
 */
public final class LostPodTraffic {

    private static final int NAMED = 3;

    private final KernelRoutes routes;

    public LostPodTraffic(KernelRoutes routes) {
        this.routes = routes;
    }

    /** At most one problem per family, whatever the number of nodes. Called on the control loop. */
    public List<String> problems(ClusterView view) {
        Optional<Node> local = view.localNode();
        if (local.isEmpty()) {
            return List.of();
        }
        Map<AddressFamily, List<Lost>> lost = new EnumMap<>(AddressFamily.class);
        Map<AddressFamily, List<Route>> tables = new EnumMap<>(AddressFamily.class);
        for (Node node : view.all(Node.class)) {
            if (!node.meta().name().equals(view.localNodeName())) {
                podCidrs(view, node).flatMap(cidr -> look(node, cidr, local.get(), tables.computeIfAbsent(cidr.family(), routes::of)))
                        .forEach(found -> lost.computeIfAbsent(found.cidr.family(), family -> new ArrayList<>()).add(found));
            }
        }
        return lost.values().stream().map(LostPodTraffic::text).toList();
    }

    private static Stream<IpPrefix> podCidrs(ClusterView view, Node node) {
        return view.get(CiliumNode.class, "", node.meta().name()).map(CiliumNode::podCidrs).filter(cidrs -> !cidrs.isEmpty())
                .orElse(node.podCidrs()).stream();
    }

    private static Stream<Lost> look(Node node, IpPrefix cidr, Node local, List<Route> table) {
        Optional<Route> taken = best(table, cidr.address());
        if (taken.isEmpty() || taken.get().destination().length() > 0) {
            return Stream.empty(); // there is a route of its own; without any the sender is told
        }
        String used = taken.get().networkInterface();
        return local.addresses().stream().map(Node.Address::address).filter(address -> address.family() == cidr.family()).findFirst()
                .flatMap(address -> connected(table, address)
                        .filter(route -> !route.networkInterface().equals(used))
                        .map(route -> new Lost(node.meta().name(), cidr, used, address, route.networkInterface())))
                .stream();
    }

    private static Optional<Route> best(List<Route> table, IpAddress address) {
        return table.stream().filter(route -> route.destination().contains(address))
                .max(Comparator.comparingInt(route -> route.destination().length()));
    }

    private static Optional<Route> connected(List<Route> table, IpAddress address) {
        return best(table, address).filter(route -> route.destination().length() > 0);
    }

    private static String text(List<Lost> lost) {
        List<Lost> ordered = lost.stream().sorted(Comparator.comparing(Lost::cidr)).toList();
        Lost first = ordered.getFirst();
        String named = String.join(", ", ordered.stream().limit(NAMED).map(one -> one.cidr + " (" + one.node + ")").toList());
        String more = ordered.size() > NAMED ? " and " + (ordered.size() - NAMED) + " more" : "";
        return "packets to Pods of other nodes leave by the default route through " + first.used + ", but this node's address "
                + first.address
                + " is on " + first.expected + ", so they are probably lost: " + named + more + "; have this agent install routes to them "
                + "(roadstead.routes), or add routes through " + first.expected + ", or have this node's network learn them";
    }

    private record Lost(String node, IpPrefix cidr, String used, IpAddress address, String expected) {
    }
}
