package io.roadstead.api.peer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;

/**
 * The session with one peer, which outlives its connections. Methods are called on the control loop, return at once and are carried out by the session's own
 * loop in their order.
 */
public interface PeerSession {
    PeerId id();

    /** Takes a changed specification of the same id. A connection is reset only where the change needs it, and then only this one. */
    Reconfiguration reconfigure(PeerSpec spec);

    /**
     * Replaces everything wanted in this family's Adj-RIB-Out; only the difference to what was said before is sent. The first call per family also lets the
     * session send its End-of-RIB. Empty means withdraw all. The map is not kept.
     */
    void replaceRoutes(AfiSafi family, Map<IpPrefix, RouteAttributes> routes);

    /** Changes what is wanted. Costs in proportion to the change. */
    void updateRoutes(AfiSafi family, RouteDelta delta);

    /** Has the connection torn down and set up again at once: Cease, Administrative Reset. */
    void reset(String communication);

    /** The latest published status; any thread. */
    PeerStatus status();

    /** A table of this session: Adj-RIB-In as received, or Adj-RIB-Out as sent. Ordered by prefix. */
    CompletionStage<List<RouteEntry>> routes(Direction direction, AfiSafi family);

    /** Ends the session. The stage completes when the connection is gone, after three seconds at most. */
    CompletionStage<Void> close(CloseReason reason);

    /** Which of the two tables. */
    enum Direction {
        RECEIVED, ADVERTISED
    }

    /** Why a session is closed, which decides what the peer is told. */
    enum CloseReason {
        /** The peer is no longer configured: a Cease that also ends graceful restart, so that the routes go at once. */
        DECONFIGURED,
        /** The agent stops: with graceful restart the connection just ends, so that the peer keeps the routes; without it a Cease. */
        AGENT_STOPPING
    }
}
