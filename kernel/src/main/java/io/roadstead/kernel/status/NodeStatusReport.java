package io.roadstead.kernel.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.kernel.route.PeerInfo;
import io.roadstead.kernel.route.Restraint;
import io.roadstead.kernel.route.RouteController;

/** The status of this node's CiliumBGPNodeConfig, from the sessions as they are. Pure but for what it asks. */
final class NodeStatusReport {

    private NodeStatusReport() {
    }

    static StatusUpdate.BgpNodeStatus of(String node, RouteController routes) {
        Map<String, List<StatusUpdate.PeerStatus>> peers = new TreeMap<>();
        Map<String, PeerStatus> anyOf = new TreeMap<>();
        for (PeerInfo peer : routes.peers()) {
            if (peer.session() != null) {
                PeerStatus status = peer.session().status();
                peers.computeIfAbsent(peer.id().instance(), instance -> new ArrayList<>()).add(peer(status));
                anyOf.putIfAbsent(peer.id().instance(), status);
            }
        }
        List<StatusUpdate.InstanceStatus> instances = new ArrayList<>();
        anyOf.forEach((instance, status) -> instances
                .add(new StatusUpdate.InstanceStatus(instance, status.localAsn(), peers.getOrDefault(instance, List.of()))));
        return new StatusUpdate.BgpNodeStatus(key(node), instances, conditions(routes));
    }

    /** Clears what was written before. */
    static StatusUpdate.BgpNodeStatus none(String node) {
        return new StatusUpdate.BgpNodeStatus(key(node), List.of(), List.of());
    }

    private static ResourceKey key(String node) {
        return new ResourceKey(BgpNodeConfig.KIND, "", node);
    }

    private static StatusUpdate.PeerStatus peer(PeerStatus status) {
        Map<AfiSafi, StatusUpdate.RouteCount> counts = new TreeMap<>();
        status.families()
                .forEach((family, figures) -> counts.put(family, new StatusUpdate.RouteCount(figures.received(), figures.advertised())));
        return new StatusUpdate.PeerStatus(status.id().peer(), status.peerAddress(), status.peerAsn(), status.state(), status.established(),
                status.appliedHold(), status.appliedKeepalive(), counts);
    }

    private static List<Condition> conditions(RouteController routes) {
        List<Condition> conditions = new ArrayList<>(List.of(condition(routes.problems())));
        Restraint restraint = routes.restraint();
        if (restraint.reason() != null) {
            conditions.add(
                    Condition.toWrite(BgpNodeConfig.DRAINING, Condition.Status.TRUE, restraint.withholds() ? "Drained" : "ShuttingDown",
                            restraint.reason().subject()));
        }
        return conditions;
    }

    private static Condition condition(List<String> problems) {
        return Condition.toWrite("cilium.io/BGPReconcileError", problems.isEmpty() ? Condition.Status.FALSE : Condition.Status.TRUE,
                "BGPReconcileError", String.join("; ", problems));
    }
}
