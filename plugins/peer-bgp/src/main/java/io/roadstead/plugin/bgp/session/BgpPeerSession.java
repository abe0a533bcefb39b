package io.roadstead.plugin.bgp.session;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.peer.RouteEntry;

/** The control loop's handle of a session: posts to the session's loop and keeps its place at the listeners. Confined to the control loop. */
final class BgpPeerSession implements PeerSession {

    private final PeerLoop session;
    private final Listeners listeners;
    private final Runnable closed;
    private PeerSpec spec;
    private boolean open = true;

    /** The session has its place at the listeners already. */
    BgpPeerSession(PeerLoop session, Listeners listeners, PeerSpec spec, Runnable closed) {
        this.session = session;
        this.listeners = listeners;
        this.spec = spec;
        this.closed = closed;
        session.loop().execute(session::start);
    }

    @Override
    public PeerId id() {
        return spec.id();
    }

    @Override
    public Reconfiguration reconfigure(PeerSpec changed) {
        Reconfiguration change = SpecChange.classify(spec, changed);
        listeners.move(spec, changed, session);
        spec = changed;
        session.loop().execute(() -> session.reconfigure(changed, change));
        return change;
    }

    @Override
    public void replaceRoutes(AfiSafi family, Map<IpPrefix, RouteAttributes> routes) {
        Map<IpPrefix, RouteAttributes> copy = Map.copyOf(routes);
        session.loop().execute(() -> session.replaceRoutes(family, copy));
    }

    @Override
    public void updateRoutes(AfiSafi family, RouteDelta delta) {
        session.loop().execute(() -> session.updateRoutes(family, delta));
    }

    @Override
    public void reset(String communication) {
        session.loop().execute(() -> session.reset(communication));
    }

    @Override
    public PeerStatus status() {
        return session.status();
    }

    @Override
    public CompletionStage<List<RouteEntry>> routes(Direction direction, AfiSafi family) {
        return session.loop().submit(() -> session.routes(direction, family));
    }

    @Override
    public CompletionStage<Void> close(CloseReason reason) {
        if (open) {
            open = false;
            listeners.leave(spec);
            closed.run();
        }
        CompletableFuture<Void> gone = new CompletableFuture<>();
        try {
            session.loop().execute(() -> session.close(reason).thenRun(() -> gone.complete(null)));
        } catch (RejectedExecutionException ignored) { // the loop ended before, and the connection with it
            gone.complete(null);
        }
        return gone;
    }
}
