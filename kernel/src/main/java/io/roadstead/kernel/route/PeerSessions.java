package io.roadstead.kernel.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.time.Loop;

/**
 * Keeps one session per planned peer and gives it its routes. A session is opened, reconfigured and closed only where its own plan changed; what one peer throws
 * concerns that peer alone. Confined to the control loop.
 */
final class PeerSessions {

    private static final Logger log = LoggerFactory.getLogger(PeerSessions.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Loop control;
    private final Runnable again;
    private final TreeMap<PeerId, PeerState> peers = new TreeMap<>();
    /** Sessions that are ending: the same peer is opened again only after that, for they may share a port. */
    private final Set<PeerId> closing = new HashSet<>();
    private @Nullable PeerProtocol<?> protocol;
    private boolean retrySet;
    private long errors;

    /** @param again has the owner call {@link #reconcile} with the current plan */
    PeerSessions(Loop control, Runnable again) {
        this.control = control;
        this.again = again;
    }

    void protocol(@Nullable PeerProtocol<?> newProtocol) {
        protocol = newProtocol;
    }

    @Nullable
    PeerProtocol<?> protocol() {
        return protocol;
    }

    Collection<PeerState> peers() {
        return peers.values();
    }

    /** The plan of a peer that has a session. */
    Optional<PeerPlan> lastGood(PeerId id) {
        PeerState state = peers.get(id);
        return state == null || state.session == null ? Optional.empty() : Optional.of(state.plan);
    }

    /** Gives changes to the sessions that have these tables; those of a plan that has not been reconciled yet get all of theirs then. */
    void deliver(Map<TableKey, RouteDelta> deltas) {
        if (deltas.isEmpty()) {
            return;
        }
        for (PeerState state : peers.values()) {
            state.tables.forEach((family, table) -> {
                RouteDelta delta = table.map(deltas::get).orElse(null);
                if (delta != null) {
                    onSession(state, session -> session.updateRoutes(family, delta));
                }
            });
        }
    }

    void reconcile(NodePlan plan, Function<TableKey, Map<IpPrefix, RouteAttributes>> routes) {
        for (PeerState state : List.copyOf(peers.values())) {
            PeerPlan wanted = plan.peer(state.plan.id()).orElse(null);
            if (wanted == null || wanted.spec() == null) {
                close(state, CloseReason.DECONFIGURED);
                peers.remove(state.plan.id());
            }
        }
        for (PeerPlan wanted : plan.peers()) {
            PeerState state = peers.computeIfAbsent(wanted.id(), id -> new PeerState(wanted));
            state.plan = wanted;
            if (wanted.spec() != null) {
                apply(state, wanted.spec());
                giveRoutes(state, wanted.tables(), routes);
            }
        }
    }

    private void apply(PeerState state, PeerSpec spec) {
        if (state.session == null) {
            open(state, spec);
        } else if (!spec.equals(state.applied)) {
            onSession(state, session -> {
                state.reconfiguration = session.reconfigure(spec);
                state.applied = spec;
                log.info("peer reconfigured peer={} outcome={} pending={} reset={}", spec.id(), state.reconfiguration.outcome(),
                        state.reconfiguration.pending(), state.reconfiguration.reset());
            });
        }
    }

    private void open(PeerState state, PeerSpec spec) {
        if (protocol == null || closing.contains(spec.id())) {
            return;
        }
        try {
            state.session = protocol.open(spec);
            state.applied = spec;
            state.failure = "";
        } catch (RuntimeException | LinkageError thrown) { // a plugin's fault must not reach the other peers
            failed(state, "open", thrown);
            if (!retrySet) {
                retrySet = true;
                control.schedule(RETRY, () -> {
                    retrySet = false;
                    again.run();
                });
            }
        }
    }

    /** The whole table where the session has not been given it yet; every family once, since that lets it send its End-of-RIB. */
    private void giveRoutes(PeerState state, Map<AfiSafi, Optional<TableKey>> wanted,
            Function<TableKey, Map<IpPrefix, RouteAttributes>> routes) {
        if (state.session == null || wanted.equals(state.tables)) {
            return;
        }
        Map<AfiSafi, Optional<TableKey>> given = state.tables;
        state.tables = wanted;
        wanted.forEach((family, table) -> {
            if (!table.equals(given.get(family))) {
                onSession(state, session -> session.replaceRoutes(family, table.map(routes).orElse(Map.of())));
            }
        });
    }

    private void onSession(PeerState state, Consumer<PeerSession> action) {
        if (state.session != null) {
            try {
                action.accept(state.session);
                state.failure = "";
            } catch (RuntimeException | LinkageError thrown) { // a plugin's fault must not reach the other peers
                failed(state, "change", thrown);
            }
        }
    }

    private void failed(PeerState state, String what, Throwable thrown) {
        String failure = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
        if (!failure.equals(state.failure)) {
            log.warn("session failed peer={} at={} problem={}", state.plan.id(), what, failure);
        }
        state.failure = failure;
        errors++;
    }

    /** How often a session could not be opened or changed. */
    long errors() {
        return errors;
    }

    /** Ends all sessions; the plan stays, so that the next {@link #reconcile} opens them anew. */
    CompletionStage<Void> closeAll(CloseReason reason) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (PeerState state : peers.values()) {
            all.add(close(state, reason).toCompletableFuture());
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    private CompletionStage<Void> close(PeerState state, CloseReason reason) {
        PeerSession session = state.session;
        if (session == null) {
            return CompletableFuture.completedFuture(null);
        }
        PeerId id = state.plan.id();
        state.session = null;
        state.applied = null;
        state.reconfiguration = null;
        state.tables = Map.of();
        state.failure = "";
        closing.add(id);
        log.info("peer closed peer={} reason={}", id, reason);
        CompletionStage<Void> closed;
        try {
            closed = session.close(reason);
        } catch (RuntimeException | LinkageError thrown) { // a plugin's fault must not reach the other peers
            closed = CompletableFuture.failedFuture(thrown);
        }
        return closed.handle((done, thrown) -> {
            if (thrown != null) {
                log.warn("session failed peer={} at=close", id, thrown);
            }
            control.execute(() -> {
                if (closing.remove(id)) {
                    again.run();
                }
            });
            return null;
        });
    }
}
