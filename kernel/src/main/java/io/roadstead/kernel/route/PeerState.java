package io.roadstead.kernel.route;

import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteReason;

/** A planned peer, its session, and which tables the session has been given. Confined to the control loop. */
final class PeerState {

    PeerPlan plan;
    @Nullable
    PeerSession session;
    /** The specification that the session was last given; null without a session. */
    @Nullable
    PeerSpec applied;
    @Nullable
    Reconfiguration reconfiguration;
    /** Why the last attempt failed; empty when it did not. */
    String failure = "";
    /** What the session was given; empty without a session. */
    Map<AfiSafi, Optional<TableKey>> tables = Map.of();

    PeerState(PeerPlan plan) {
        this.plan = plan;
    }

    /** Why there is no session, or what is wrong although there is one. */
    @Nullable
    Reason reason(boolean protocolMissing) {
        if (!failure.isEmpty()) {
            return new Reason(RouteReason.SESSION_NOT_OPENED, failure);
        }
        if (plan.spec() != null && session == null) {
            return Reason.of(protocolMissing ? RouteReason.PEER_PROTOCOL_MISSING : RouteReason.PEER_NOT_ESTABLISHED);
        }
        return plan.reason();
    }

    PeerInfo info(boolean protocolMissing) {
        PeerSpec spec = plan.spec();
        return new PeerInfo(plan.id(), spec == null ? null : spec.localAsn(),
                spec == null ? plan.neighbour().address() : spec.peerAddress(), session, reason(protocolMissing),
                reconfiguration);
    }
}
