package io.roadstead.plugin.bgp.session;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.bgp.codec.BgpError;
import io.roadstead.plugin.bgp.codec.BgpErrorCode;
import io.roadstead.plugin.bgp.codec.BgpMessage;
import io.roadstead.plugin.bgp.codec.Negotiation;
import io.roadstead.plugin.bgp.fsm.BgpFsm;
import io.roadstead.plugin.bgp.fsm.FsmAction;
import io.roadstead.plugin.bgp.fsm.FsmConfig;
import io.roadstead.plugin.bgp.fsm.FsmEvent;
import io.roadstead.plugin.bgp.fsm.FsmState;
import io.roadstead.plugin.bgp.fsm.FsmTimer;
import io.roadstead.plugin.bgp.fsm.Notice;
import io.roadstead.plugin.bgp.fsm.Transition;
import io.roadstead.plugin.netty.api.TransportLoop;

/**
 * One connection with a peer, and its state machine: turns messages, timers and the socket's fate into events and carries the actions out. Knows nothing of routes.
 * Confined to the session's loop.
 */
final class PeerConnection implements BgpChannel.Owner {

    /** RFC 9687 §4.4: the greater of 8 minutes and twice the hold time. */
    private static final Duration SEND_HOLD = Duration.ofMinutes(8);

    private final Host host;
    private final TransportLoop loop;
    private final Jitter jitter;
    private final Map<FsmTimer, TimerHandle> timers = new EnumMap<>(FsmTimer.class);
    private @Nullable TimerHandle sendHold;
    private FsmState fsm;
    private @Nullable BgpChannel channel;
    private BgpMessage.@Nullable Open localOpen;
    private BgpMessage.@Nullable Open remoteOpen;
    private @Nullable Negotiation negotiation;
    private @Nullable PeerSpec openedWith;
    private @Nullable BgpMessage incoming;

    PeerConnection(Host host, TransportLoop loop, Jitter jitter, FsmState initial) {
        this.host = host;
        this.loop = loop;
        this.jitter = jitter;
        this.fsm = initial;
    }

    SessionState state() {
        return fsm.state();
    }

    FsmState fsm() {
        return fsm;
    }

    /** Continues where another connection with the peer has been. */
    void inherit(FsmState history) {
        fsm = fsm.withHistoryOf(history);
    }

    boolean outgoing() {
        return channel != null && channel.outgoing();
    }

    /** Null until an attempt or a connection is there. */
    @Nullable
    BgpChannel channel() {
        return channel;
    }

    /** Sent last. */
    BgpMessage.@Nullable Open localOpen() {
        return localOpen;
    }

    /** Received on this connection; null before. */
    BgpMessage.@Nullable Open remoteOpen() {
        return remoteOpen;
    }

    /** Null before both OPENs are there. */
    @Nullable
    Negotiation negotiation() {
        return negotiation;
    }

    /** What the last OPEN was made from. */
    @Nullable
    PeerSpec openedWith() {
        return openedWith;
    }

    /** Takes a connection that the peer made. */
    void accept(BgpChannel accepted) {
        channel = accepted;
        accepted.owner(this);
        feed(new FsmEvent.TcpConnectionConfirmed());
    }

    void feed(FsmEvent event) {
        SessionState before = fsm.state();
        Transition transition = BgpFsm.next(fsm, event, config());
        fsm = transition.state();
        for (FsmAction action : transition.actions()) {
            perform(action);
        }
        if (before != fsm.state()) {
            host.stateChanged(this, before);
        }
    }

    private FsmConfig config() {
        PeerSpec spec = host.spec();
        // The hold time of the OPEN that was sent counts, whatever is configured by now.
        PeerSpec opened = openedWith != null && fsm.state().compareTo(SessionState.OPEN_SENT) >= 0 ? openedWith : spec;
        return new FsmConfig(spec.timers().connectRetry(), opened.timers().hold(), opened.timers().keepalive(), host.passive(this));
    }

    private void perform(FsmAction action) {
        switch (action) {
            case FsmAction.StartTimer start -> startTimer(start.timer(), start.duration());
            case FsmAction.StopTimer stop -> stopTimer(stop.timer());
            case FsmAction.StopTimers _ -> stopTimers();
            case FsmAction.Connect _ -> connect();
            case FsmAction.Disconnect _ -> disconnect();
            case FsmAction.SendOpen _ -> sendOpen();
            case FsmAction.SendKeepalive _ -> {
                host.sent(BgpMessage.KEEPALIVE);
                open().sendKeepalive();
            }
            case FsmAction.SendNotification send -> sendNotification(send.notice());
            case FsmAction.SessionUp _ -> host.sessionUp(this);
            case FsmAction.SessionDown _ -> host.sessionDown(this);
            case FsmAction.ProcessUpdate _ -> {
                if (incoming instanceof BgpMessage.Update update) {
                    host.update(update);
                }
            }
            case FsmAction.ProcessRouteRefresh _ -> {
                if (incoming instanceof BgpMessage.RouteRefresh refresh) {
                    host.routeRefresh(refresh);
                }
            }
        }
    }

    private void startTimer(FsmTimer timer, Duration duration) {
        stopTimer(timer);
        Duration wait = timer == FsmTimer.HOLD ? duration : jitter.shorten(duration);
        timers.put(timer, loop.schedule(wait, () -> {
            timers.remove(timer);
            feed(switch (timer) {
                case CONNECT_RETRY -> new FsmEvent.ConnectRetryTimerExpires();
                case HOLD -> new FsmEvent.HoldTimerExpires();
                case KEEPALIVE -> new FsmEvent.KeepaliveTimerExpires();
                case IDLE_HOLD -> new FsmEvent.IdleHoldTimerExpires();
            });
        }));
    }

    private void stopTimer(FsmTimer timer) {
        TimerHandle running = timers.remove(timer);
        if (running != null) {
            running.cancel();
        }
    }

    private void stopTimers() {
        timers.values().forEach(TimerHandle::cancel);
        timers.clear();
        stopSendHold();
    }

    private void stopSendHold() {
        if (sendHold != null) {
            sendHold.cancel();
            sendHold = null;
        }
    }

    private void connect() {
        BgpChannel attempt = new BgpChannel(loop, true, this);
        channel = attempt;
        ChannelFuture connecting;
        try {
            connecting = host.connect(attempt);
        } catch (RuntimeException e) { // a setting that cannot work here, now
            loop.execute(() -> closed(attempt, Failures.text(e)));
            return;
        }
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                closed(attempt, Failures.text(done.cause()));
            }
        });
    }

    private void disconnect() {
        if (channel != null) {
            channel.close();
            channel = null;
        }
        negotiation = null;
    }

    private void sendOpen() {
        openedWith = host.spec();
        remoteOpen = null;
        negotiation = null;
        BgpMessage.Open open = OpenMessages.of(openedWith, host.restarting());
        localOpen = open;
        host.sent(open);
        open().send(open);
    }

    private void sendNotification(Notice notice) {
        BgpMessage.Notification notification = new BgpMessage.Notification(notice.code(), notice.subcode(), notice.dataHex());
        host.sent(notification);
        host.notificationSent(this, notification);
        open().finish(notification);
        channel = null;
    }

    private BgpChannel open() {
        if (channel == null) {
            throw new IllegalStateException("state " + fsm.state() + " without a connection");
        }
        return channel;
    }

    @Override
    public void opened(BgpChannel source) {
        if (source == channel) {
            feed(new FsmEvent.TcpCrAcked());
        }
    }

    @Override
    public void received(BgpChannel source, BgpMessage message) {
        if (source != channel) {
            return;
        }
        host.received(message);
        incoming = message;
        switch (message) {
            case BgpMessage.Open open -> openReceived(source, open);
            case BgpMessage.Keepalive _ -> feed(new FsmEvent.KeepAliveMsg());
            case BgpMessage.Update _ -> feed(new FsmEvent.UpdateMsg());
            case BgpMessage.RouteRefresh _ -> feed(new FsmEvent.RouteRefreshMsg());
            case BgpMessage.Notification notification -> {
                host.notificationReceived(this, notification);
                boolean version = notification.code() == BgpErrorCode.UNSUPPORTED_VERSION.code()
                        && notification.subcode() == BgpErrorCode.UNSUPPORTED_VERSION.subcode();
                feed(version ? new FsmEvent.NotifMsgVerErr() : new FsmEvent.NotifMsg());
            }
        }
        incoming = null;
    }

    private void openReceived(BgpChannel source, BgpMessage.Open open) {
        BgpMessage.Open ours = localOpen;
        if (fsm.state() != SessionState.OPEN_SENT || ours == null) {
            feed(new FsmEvent.BgpOpen(Duration.ofSeconds(open.holdTimeSeconds())));
            return;
        }
        remoteOpen = open;
        Optional<BgpError> mismatch = Negotiation.check(ours, open, host.spec().peerAsn());
        if (mismatch.isPresent()) {
            host.protocolError(this, mismatch.get());
            feed(new FsmEvent.BgpOpenMsgErr(notice(mismatch.get())));
        } else if (host.survivesCollision(this, open)) {
            Negotiation agreed = Negotiation.of(ours, open);
            negotiation = agreed;
            source.options(agreed.codec());
            feed(new FsmEvent.BgpOpen(Duration.ofSeconds(open.holdTimeSeconds())));
        } else {
            feed(new FsmEvent.OpenCollisionDump());
        }
    }

    @Override
    public void refused(BgpChannel source, BgpError error) {
        if (source != channel) {
            return;
        }
        host.protocolError(this, error);
        feed(switch (error.code().code()) {
            case 1 -> new FsmEvent.BgpHeaderErr(notice(error));
            case 2 -> new FsmEvent.BgpOpenMsgErr(notice(error));
            default -> new FsmEvent.UpdateMsgErr(notice(error));
        });
    }

    @Override
    public void writabilityChanged(BgpChannel source) {
        if (source != channel) {
            return;
        }
        stopSendHold();
        if (source.writable()) {
            host.writable(this);
        } else {
            Duration twiceHold = fsm.hold().multipliedBy(2);
            sendHold = loop.schedule(twiceHold.compareTo(SEND_HOLD) > 0 ? twiceHold : SEND_HOLD,
                    () -> feed(new FsmEvent.SendHoldTimerExpires()));
        }
    }

    @Override
    public void closed(BgpChannel source, String cause) {
        if (source == channel) {
            host.connectionLost(this, cause);
            feed(new FsmEvent.TcpConnectionFails());
        }
    }

    private static Notice notice(BgpError error) {
        return new Notice(error.code().code(), error.code().subcode(), error.dataHex());
    }

    /** The session as its connections see it. */
    interface Host {
        PeerSpec spec();

        /** Counts. */
        void sent(BgpMessage message);

        /** Counts. */
        void received(BgpMessage message);

        /** Whether this connection must not connect by itself. */
        boolean passive(PeerConnection connection);

        /** Whether the agent has just started. */
        boolean restarting();

        /** Begins an attempt. */
        ChannelFuture connect(BgpChannel attempt);

        /** Decides between this connection and another one, which it may end. */
        boolean survivesCollision(PeerConnection connection, BgpMessage.Open open);

        void sessionUp(PeerConnection connection);

        void sessionDown(PeerConnection connection);

        void update(BgpMessage.Update update);

        void routeRefresh(BgpMessage.RouteRefresh refresh);

        /** The peer takes more. */
        void writable(PeerConnection connection);

        void notificationSent(PeerConnection connection, BgpMessage.Notification notification);

        void notificationReceived(PeerConnection connection, BgpMessage.Notification notification);

        /** The peer did something that ends the connection; comes before the notification that tells it so. */
        void protocolError(PeerConnection connection, BgpError error);

        void connectionLost(PeerConnection connection, String cause);

        /** Comes last, after all that the change has brought about. */
        void stateChanged(PeerConnection connection, SessionState before);
    }
}
