package io.roadstead.kernel.route;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.peer.PeerId;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteReason;

/**
 * The peers that this node shall have, ordered by id.
 *
 * @param owner the cluster configuration that is in force on this node; null when none selects it
 * @param conflicts other cluster configurations that select this node and therefore have no effect on it
 * @param none  why there is no peer at all; null when there is one
 */
record NodePlan(@Nullable String owner, List<PeerPlan> peers, List<Reason> conflicts, @Nullable Reason none) {

    /** Before the cluster's objects have been read. */
    static final NodePlan UNKNOWN = new NodePlan(null, List.of(), List.of(), Reason.of(RouteReason.SOURCE_NOT_SYNCED));

    NodePlan {
        peers = List.copyOf(peers);
        conflicts = List.copyOf(conflicts);
    }

    Optional<PeerPlan> peer(PeerId id) {
        return peers.stream().filter(plan -> plan.id().equals(id)).findFirst();
    }
}
