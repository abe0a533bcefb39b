package io.roadstead.plugin.bgp.session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.peer.Reconfiguration.Outcome;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.peer.RouteEntry;
import io.roadstead.plugin.bgp.codec.BgpError;
import io.roadstead.plugin.bgp.codec.BgpErrorCode;
import io.roadstead.plugin.bgp.codec.BgpMessage;
import io.roadstead.plugin.bgp.codec.BgpMessage.Notification;
import io.roadstead.plugin.bgp.codec.Negotiation;
import io.roadstead.plugin.bgp.fsm.FsmEvent;
import io.roadstead.plugin.bgp.fsm.FsmState;
import io.roadstead.plugin.bgp.rib.ImportChecks;
import io.roadstead.plugin.bgp.rib.PathSource;
import io.roadstead.plugin.bgp.session.Collision.Identity;
import io.roadstead.plugin.netty.api.Acceptor.Admission;
import io.roadstead.plugin.netty.api.TransportLoop;

/**
 * A session with one peer over all its connections: at most one that we make or wait for, and a second one that the peer made meanwhile. Everything but
 * {@link #status} and {@link #admit} is called on its loop.
 */
final class PeerLoop implements PeerConnection.Host {

    private static final Logger log = LoggerFactory.getLogger(PeerLoop.class);
    private static final Duration MOST_CLOSING = Duration.ofSeconds(3);

    private final Environment environment;
    private final TransportLoop loop;
    private final Counters counters = new Counters();
    private final PeerTables tables;
    private final StatusBoard board;
    private PeerSpec spec;
    private PeerConnection main;
    private @Nullable PeerConnection second;
    private boolean stopped;
    private boolean everEstablished;
    private boolean drainPosted;

    PeerLoop(Environment environment, TransportLoop loop, PeerSpec spec) {
        this.environment = environment;
        this.loop = loop;
        this.spec = spec;
        this.tables = new PeerTables(environment.clock(), environment.ribs(), counters, this::unsaid);
        this.board = new StatusBoard(environment, loop, counters, tables, spec);
        this.main = new PeerConnection(this, loop, environment.jitter(), FsmState.INITIAL);
    }

    TransportLoop loop() {
        return loop;
    }

    /** The latest published; any thread. */
    PeerStatus status() {
        return board.published();
    }

    void start() {
        main.feed(new FsmEvent.ManualStart());
    }

    void replaceRoutes(AfiSafi family, Map<IpPrefix, RouteAttributes> routes) {
        tables.replace(family, routes);
        drainSoon();
    }

    void updateRoutes(AfiSafi family, RouteDelta delta) {
        tables.update(family, delta);
        drainSoon();
    }

    List<RouteEntry> routes(Direction direction, AfiSafi family) {
        return tables.entries(direction, family);
    }

    void reset(String communication) {
        if (!stopped) {
            restart(Notification.cease(BgpErrorCode.ADMINISTRATIVE_RESET, communication));
        }
    }

    /** The caller has classified the change. */
    void reconfigure(PeerSpec changed, Reconfiguration change) {
        PeerSpec before = spec;
        spec = changed;
        if (stopped) {
            return;
        }
        boolean unopened = main.state().compareTo(SessionState.OPEN_SENT) < 0;
        if (change.outcome() == Outcome.RESET || unopened && change.outcome() != Outcome.UNCHANGED) {
            if (!unopened) {
                log.info("session reset peer={} changed={}", spec.id(), change.reset());
            }
            restart(Notification.cease(BgpErrorCode.OTHER_CONFIGURATION_CHANGE, ""));
        } else if (!before.equals(changed)) {
            applySettings(main.channel());
        }
        publish();
    }

    /** Completes when the connection is gone. */
    CompletableFuture<Void> close(CloseReason reason) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        stopped = true;
        dropSecond();
        BgpChannel channel = main.channel();
        if (channel != null && main.state().compareTo(SessionState.OPEN_SENT) >= 0) {
            channel.netty().closeFuture().addListener(_ -> gone.complete(null));
            loop.schedule(MOST_CLOSING, () -> gone.complete(null));
        } else {
            gone.complete(null);
        }
        main.feed(Farewells.of(reason, main.negotiation(), environment.farewell()));
        environment.ribs().remove(spec.id());
        publish();
        return gone;
    }

    private void restart(Notification told) {
        dropSecond();
        main.feed(Farewells.stop(told));
        main.feed(new FsmEvent.ManualStart());
    }

    /** On the listener's loop: the connection comes to this session's loop. */
    Admission admit() {
        return new Admission(loop, new BgpChannel(loop, false, new Incoming(this::incoming)));
    }

    /** Takes or refuses a connection that the peer made. */
    void incoming(BgpChannel channel) {
        SessionState state = main.state();
        if (stopped || state == SessionState.IDLE || !applySettings(channel)) {
            refuse(channel);
        } else if (state == SessionState.ACTIVE) {
            main.accept(channel);
        } else if (second != null && second.state() == SessionState.OPEN_CONFIRM) {
            refuse(channel);
        } else {
            dropSecond();
            second = new PeerConnection(this, loop, environment.jitter(), FsmState.LISTENING);
            second.accept(channel);
        }
    }

    private void refuse(BgpChannel channel) {
        Notification rejected = Notification.cease(BgpErrorCode.CONNECTION_REJECTED, "");
        sent(rejected);
        channel.finish(rejected);
    }

    private void dropSecond() {
        PeerConnection dropped = second;
        second = null;
        if (dropped != null) {
            dropped.feed(FsmEvent.ManualStop.SILENT);
        }
    }

    @Override
    public boolean survivesCollision(PeerConnection connection, BgpMessage.Open open) {
        PeerConnection other = connection == main ? second : main;
        if (other == null) {
            return true;
        }
        Negotiation otherAgreed = other.negotiation();
        Collision.Verdict verdict = Collision.resolve(other.state(), other.outgoing(), connection.outgoing(),
                otherAgreed != null && otherAgreed.gracefulRestart() != null, new Identity(spec.routerId(), spec.localAsn()),
                new Identity(open.routerId(), open.asn()));
        return switch (verdict) {
            case NONE -> true;
            case DROP_NEW -> {
                keepOnly(other);
                yield false;
            }
            case DROP_OLD -> {
                keepOnly(connection);
                other.feed(new FsmEvent.OpenCollisionDump());
                yield true;
            }
            case REPLACE_DEAD -> {
                connectionLost(other, "the peer connected anew");
                other.feed(new FsmEvent.TcpConnectionFails());
                keepOnly(connection);
                yield true;
            }
        };
    }

    /** The other connection, whatever becomes of it, is not this session's any more. */
    private void keepOnly(PeerConnection kept) {
        if (kept == second) {
            kept.inherit(main.fsm());
            PeerConnection former = main;
            main = kept;
            second = former; // for the moment: it is told to go by the caller, or goes in stateChanged
        }
        PeerConnection other = second;
        second = null;
        if (other != null && other.state().compareTo(SessionState.OPEN_SENT) < 0) {
            other.feed(FsmEvent.ManualStop.SILENT);
        }
    }

    @Override
    public void sessionUp(PeerConnection connection) {
        PeerConnection other = connection == main ? second : main;
        keepOnly(connection);
        if (other != null && other.state().compareTo(SessionState.OPEN_SENT) >= 0) {
            other.feed(new FsmEvent.OpenCollisionDump());
        }
        BgpMessage.Open peer = connection.remoteOpen();
        Negotiation agreed = connection.negotiation();
        BgpChannel channel = connection.channel();
        IpAddress local = channel == null ? null : Addresses.local(channel.netty());
        if (peer == null || agreed == null || channel == null || local == null) {
            connection.feed(new FsmEvent.TcpConnectionFails()); // gone in this very moment
            return;
        }
        everEstablished = true;
        PathSource source = new PathSource(spec.id(), agreed.codec().internal(), peer.routerId(), spec.peerAddress());
        tables.connected(channel.netty(), agreed, source,
                new ImportChecks(spec.localAsn(), peer.asn(), spec.routerId(), Set.of(local), environment.allowOwnAs()),
                local);
        board.established();
        log.info("session established peer={} hold={} families={} local={}", spec.id(), connection.fsm().hold(), agreed.codec().families(),
                local);
        drainSoon();
    }

    @Override
    public void sessionDown(PeerConnection connection) {
        tables.disconnected();
        board.lost();
        log.info("session lost peer={} cause={}", spec.id(), stopped ? "closed by this end" : board.lastError());
    }

    @Override
    public void update(BgpMessage.Update update) {
        PeerTables.Received received = tables.received(update);
        if (!received.fault().isEmpty()) {
            board.error(received.fault());
            log.warn("malformed update peer={} outcome={}", spec.id(), received.fault());
        }
        if (received.endOfRib() != null) {
            environment.listener().endOfRib(spec.id(), received.endOfRib());
        }
    }

    @Override
    public void routeRefresh(BgpMessage.RouteRefresh refresh) {
        tables.refresh(refresh);
        drainSoon();
    }

    @Override
    public void writable(PeerConnection connection) {
        drainSoon();
    }

    private void unsaid(String routes) {
        board.error(routes);
        log.warn("routes not advertised peer={} cause={}", spec.id(), routes);
    }

    /** Once per turn of the loop, however many changes there are. */
    private void drainSoon() {
        if (!drainPosted) {
            drainPosted = true;
            loop.execute(() -> {
                drainPosted = false;
                if (tables.drain()) {
                    drainSoon();
                }
                board.changed();
            });
        }
    }

    @Override
    public ChannelFuture connect(BgpChannel attempt) {
        return environment.transport().connect(loop, Sockets.remote(spec), Sockets.settings(spec), attempt);
    }

    private boolean applySettings(@Nullable BgpChannel channel) {
        try {
            if (channel != null && channel.netty().isActive()) {
                environment.transport().apply(channel.netty(), Sockets.settings(spec));
            }
            return true;
        } catch (RoadsteadException | IllegalStateException e) {
            board.error(Failures.text(e));
            return false;
        }
    }

    @Override
    public PeerSpec spec() {
        return spec;
    }

    @Override
    public void sent(BgpMessage message) {
        counters.sent(message);
        board.changed();
    }

    @Override
    public void received(BgpMessage message) {
        counters.received(message);
        board.changed();
    }

    @Override
    public boolean passive(PeerConnection connection) {
        return connection != main || spec.passive();
    }

    @Override
    public boolean restarting() {
        Duration restartTime = spec.restartTime();
        return restartTime != null && !everEstablished && environment.clock().instant().isBefore(environment.started().plus(restartTime));
    }

    @Override
    public void notificationSent(PeerConnection connection, Notification notification) {
        board.notification("sent", notification);
        log.info("notification sent peer={} code={}/{} text={}", spec.id(), notification.code(), notification.subcode(),
                notification.text());
    }

    @Override
    public void notificationReceived(PeerConnection connection, Notification notification) {
        board.notification("received", notification);
        log.info("notification received peer={} code={}/{} text={}", spec.id(), notification.code(), notification.subcode(),
                notification.text());
    }

    @Override
    public void protocolError(PeerConnection connection, BgpError error) {
        board.protocolError(error);
    }

    @Override
    public void connectionLost(PeerConnection connection, String cause) {
        board.error(cause);
        log.debug("connection lost peer={} state={} cause={}", spec.id(), connection.state(), cause);
    }

    @Override
    public void stateChanged(PeerConnection connection, SessionState before) {
        boolean over = connection.state().compareTo(SessionState.OPEN_SENT) < 0;
        if (connection != main && over) {
            if (connection == second) {
                second = null;
            }
            connection.feed(FsmEvent.ManualStop.SILENT); // its timers, too
        }
        publish();
    }

    private void publish() {
        board.publish(spec, second != null && second.state().compareTo(main.state()) > 0 ? second : main);
    }
}
