package io.roadstead.plugin.bgp.fsm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.plugin.bgp.fsm.FsmAction.Connect;
import io.roadstead.plugin.bgp.fsm.FsmAction.Disconnect;
import io.roadstead.plugin.bgp.fsm.FsmAction.ProcessRouteRefresh;
import io.roadstead.plugin.bgp.fsm.FsmAction.ProcessUpdate;
import io.roadstead.plugin.bgp.fsm.FsmAction.SendKeepalive;
import io.roadstead.plugin.bgp.fsm.FsmAction.SendNotification;
import io.roadstead.plugin.bgp.fsm.FsmAction.SendOpen;
import io.roadstead.plugin.bgp.fsm.FsmAction.SessionDown;
import io.roadstead.plugin.bgp.fsm.FsmAction.SessionUp;
import io.roadstead.plugin.bgp.fsm.FsmAction.StartTimer;
import io.roadstead.plugin.bgp.fsm.FsmAction.StopTimer;
import io.roadstead.plugin.bgp.fsm.FsmAction.StopTimers;
import io.roadstead.plugin.bgp.fsm.FsmEvent.AutomaticStart;
import io.roadstead.plugin.bgp.fsm.FsmEvent.BgpHeaderErr;
import io.roadstead.plugin.bgp.fsm.FsmEvent.BgpOpen;
import io.roadstead.plugin.bgp.fsm.FsmEvent.BgpOpenMsgErr;
import io.roadstead.plugin.bgp.fsm.FsmEvent.ConnectRetryTimerExpires;
import io.roadstead.plugin.bgp.fsm.FsmEvent.HoldTimerExpires;
import io.roadstead.plugin.bgp.fsm.FsmEvent.IdleHoldTimerExpires;
import io.roadstead.plugin.bgp.fsm.FsmEvent.KeepAliveMsg;
import io.roadstead.plugin.bgp.fsm.FsmEvent.KeepaliveTimerExpires;
import io.roadstead.plugin.bgp.fsm.FsmEvent.ManualStart;
import io.roadstead.plugin.bgp.fsm.FsmEvent.ManualStop;
import io.roadstead.plugin.bgp.fsm.FsmEvent.NotifMsg;
import io.roadstead.plugin.bgp.fsm.FsmEvent.NotifMsgVerErr;
import io.roadstead.plugin.bgp.fsm.FsmEvent.OpenCollisionDump;
import io.roadstead.plugin.bgp.fsm.FsmEvent.RouteRefreshMsg;
import io.roadstead.plugin.bgp.fsm.FsmEvent.SendHoldTimerExpires;
import io.roadstead.plugin.bgp.fsm.FsmEvent.TcpConnectionConfirmed;
import io.roadstead.plugin.bgp.fsm.FsmEvent.TcpConnectionFails;
import io.roadstead.plugin.bgp.fsm.FsmEvent.TcpCrAcked;
import io.roadstead.plugin.bgp.fsm.FsmEvent.UpdateMsg;
import io.roadstead.plugin.bgp.fsm.FsmEvent.UpdateMsgErr;

/**
 * The finite state machine of one connection (RFC 4271 §8.2.2): pure and total. Where a peer has two connections, each has its own, and the caller resolves the
 * collision (§6.8) by {@link OpenCollisionDump}.
 */
public final class BgpFsm {

    /** RFC 4271 §8.2.2: "a large value", suggested are 4 minutes. */
    private static final Duration OPEN_HOLD = Duration.ofMinutes(4);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_IDLE_HOLD = Duration.ofMinutes(1);
    /** A session that has seen so many messages KEEPALIVE has lived for about a hold time. */
    private static final int STABLE_KEEPALIVES = 3;

    private BgpFsm() {
    }

    /** What the event leads to; an event that a state ignores gives the same state and no actions. */
    public static Transition next(FsmState state, FsmEvent event, FsmConfig config) {
        return switch (state.state()) {
            case IDLE -> idle(state, event, config);
            case CONNECT -> connect(state, event, config);
            case ACTIVE -> active(state, event, config);
            case OPEN_SENT -> openSent(state, event, config);
            case OPEN_CONFIRM -> openConfirm(state, event, config);
            case ESTABLISHED -> established(state, event, config);
        };
    }

    private static Transition idle(FsmState state, FsmEvent event, FsmConfig config) {
        return switch (event) {
            case ManualStart _ -> start(state.restarted(), config);
            case AutomaticStart _,IdleHoldTimerExpires _ -> start(state, config);
            case ManualStop _ -> transition(state.restarted(), new StopTimers());
            case TcpCrAcked _,TcpConnectionConfirmed _ -> transition(state, new Disconnect());
            case ConnectRetryTimerExpires _,HoldTimerExpires _,KeepaliveTimerExpires _,TcpConnectionFails _,BgpOpen _,BgpHeaderErr _,BgpOpenMsgErr _,OpenCollisionDump _,NotifMsgVerErr _,NotifMsg _,KeepAliveMsg _,UpdateMsg _,UpdateMsgErr _,RouteRefreshMsg _,SendHoldTimerExpires _ ->
                    ignored(state);
        };
    }

    private static Transition connect(FsmState state, FsmEvent event, FsmConfig config) {
        return switch (event) {
            case ManualStart _,AutomaticStart _ -> ignored(state);
            case ManualStop _ -> stopped(state);
            case ConnectRetryTimerExpires _ -> transition(state, new Disconnect(), retry(config.connectRetry()), new Connect());
            case TcpCrAcked _,TcpConnectionConfirmed _ -> opening(state);
            // RFC 4271 goes to Idle, where it would refuse the peer's own connection: like other speakers we listen while we wait.
            case TcpConnectionFails _ -> listenAndRetry(state.connectFailed(), config);
            case HoldTimerExpires _,KeepaliveTimerExpires _,IdleHoldTimerExpires _,BgpOpen _,BgpHeaderErr _,BgpOpenMsgErr _,OpenCollisionDump _,NotifMsgVerErr _,NotifMsg _,KeepAliveMsg _,UpdateMsg _,UpdateMsgErr _,RouteRefreshMsg _,SendHoldTimerExpires _ ->
                    fall(state, config);
        };
    }

    private static Transition active(FsmState state, FsmEvent event, FsmConfig config) {
        return switch (event) {
            case ManualStart _,AutomaticStart _ -> ignored(state);
            case ManualStop _ -> stopped(state);
            case ConnectRetryTimerExpires _ -> config.passive()
                    ? ignored(state)
                    : transition(state.to(SessionState.CONNECT), retry(config.connectRetry()), new Connect());
            case TcpCrAcked _,TcpConnectionConfirmed _ -> opening(state);
            case TcpConnectionFails _ -> listenAndRetry(state.connectFailed(), config);
            case HoldTimerExpires _,KeepaliveTimerExpires _,IdleHoldTimerExpires _,BgpOpen _,BgpHeaderErr _,BgpOpenMsgErr _,OpenCollisionDump _,NotifMsgVerErr _,NotifMsg _,KeepAliveMsg _,UpdateMsg _,UpdateMsgErr _,RouteRefreshMsg _,SendHoldTimerExpires _ ->
                    fall(state, config);
        };
    }

    private static Transition openSent(FsmState state, FsmEvent event, FsmConfig config) {
        return switch (event) {
            // A second connection has a machine of its own.
            case ManualStart _,AutomaticStart _,TcpCrAcked _,TcpConnectionConfirmed _ -> ignored(state);
            case ManualStop stop -> stopped(state, stop.notice());
            case HoldTimerExpires _ -> fall(state, Notice.HOLD_TIMER_EXPIRED, config);
            case SendHoldTimerExpires _ -> fall(state, Notice.SEND_HOLD_TIMER_EXPIRED, config);
            case TcpConnectionFails _ -> listenAndRetry(state.connectFailed(), config);
            case BgpOpen open -> agreed(state, open.hold(), config);
            case BgpHeaderErr error -> fall(state, error.notice(), config);
            case BgpOpenMsgErr error -> fall(state, error.notice(), config);
            case OpenCollisionDump _ -> fall(state, Notice.COLLISION, config);
            // No NOTIFICATION answers a NOTIFICATION, whatever §8.2.2 says of event 25 here (§6).
            case NotifMsgVerErr _,NotifMsg _ -> fall(state, config);
            case ConnectRetryTimerExpires _,KeepaliveTimerExpires _,IdleHoldTimerExpires _,KeepAliveMsg _,UpdateMsg _,UpdateMsgErr _,RouteRefreshMsg _ ->
                    fall(state, Notice.fsmError(1), config);
        };
    }

    private static Transition openConfirm(FsmState state, FsmEvent event, FsmConfig config) {
        return switch (event) {
            case ManualStart _,AutomaticStart _,TcpCrAcked _,TcpConnectionConfirmed _ -> ignored(state);
            case ManualStop stop -> stopped(state, stop.notice());
            case HoldTimerExpires _ -> fall(state, Notice.HOLD_TIMER_EXPIRED, config);
            case SendHoldTimerExpires _ -> fall(state, Notice.SEND_HOLD_TIMER_EXPIRED, config);
            case KeepaliveTimerExpires _ -> transition(state, sayAlive(state));
            case KeepAliveMsg _ -> established(state);
            case BgpHeaderErr error -> fall(state, error.notice(), config);
            case BgpOpenMsgErr error -> fall(state, error.notice(), config);
            case OpenCollisionDump _ -> fall(state, Notice.COLLISION, config);
            case TcpConnectionFails _,NotifMsgVerErr _,NotifMsg _ -> fall(state, config);
            case ConnectRetryTimerExpires _,IdleHoldTimerExpires _,BgpOpen _,UpdateMsg _,UpdateMsgErr _,RouteRefreshMsg _ ->
                    fall(state, Notice.fsmError(2), config);
        };
    }

    private static Transition established(FsmState state, FsmEvent event, FsmConfig config) {
        return switch (event) {
            case ManualStart _,AutomaticStart _,TcpCrAcked _,TcpConnectionConfirmed _ -> ignored(state);
            case ManualStop stop -> stopped(state, stop.notice());
            case HoldTimerExpires _ -> fall(state, Notice.HOLD_TIMER_EXPIRED, config);
            case SendHoldTimerExpires _ -> fall(state, Notice.SEND_HOLD_TIMER_EXPIRED, config);
            case KeepaliveTimerExpires _ -> transition(state, sayAlive(state));
            case KeepAliveMsg _ -> transition(aged(state), watch(state));
            case UpdateMsg _ -> transition(state, concat(watch(state), new ProcessUpdate()));
            case RouteRefreshMsg _ -> transition(state, concat(watch(state), new ProcessRouteRefresh()));
            case BgpHeaderErr error -> fall(state, error.notice(), config);
            case BgpOpenMsgErr error -> fall(state, error.notice(), config);
            case UpdateMsgErr error -> fall(state, error.notice(), config);
            case OpenCollisionDump _ -> fall(state, Notice.COLLISION, config);
            case TcpConnectionFails _,NotifMsgVerErr _,NotifMsg _ -> fall(state, config);
            case ConnectRetryTimerExpires _,IdleHoldTimerExpires _,BgpOpen _ -> fall(state, Notice.fsmError(3), config);
        };
    }

    private static Transition start(FsmState state, FsmConfig config) {
        if (config.passive()) {
            return transition(state.to(SessionState.ACTIVE), new StopTimer(FsmTimer.IDLE_HOLD));
        }
        return transition(state.to(SessionState.CONNECT), new StopTimer(FsmTimer.IDLE_HOLD), retry(config.connectRetry()), new Connect());
    }

    private static Transition opening(FsmState state) {
        return transition(state.to(SessionState.OPEN_SENT), new StopTimer(FsmTimer.CONNECT_RETRY), new SendOpen(),
                new StartTimer(FsmTimer.HOLD, OPEN_HOLD));
    }

    private static Transition listenAndRetry(FsmState state, FsmConfig config) {
        FsmState listening = state.to(SessionState.ACTIVE);
        if (config.passive()) {
            return transition(listening, new Disconnect(), new StopTimers());
        }
        return transition(listening, new Disconnect(), new StopTimers(), retry(wait(state.failedConnects(), config.connectRetry())));
    }

    private static Transition agreed(FsmState state, Duration peerHold, FsmConfig config) {
        Duration hold = shorter(config.hold(), peerHold);
        // RFC 4271 §4.4: a third of the hold time is a reasonable maximum.
        Duration keepalive = shorter(config.keepalive(), hold.dividedBy(3));
        FsmState agreed = state.to(SessionState.OPEN_CONFIRM).negotiated(hold, keepalive);
        return hold.isZero()
                ? transition(agreed, new StopTimer(FsmTimer.HOLD), new SendKeepalive())
                : transition(agreed, concat(sayAlive(agreed), new StartTimer(FsmTimer.HOLD, hold)));
    }

    private static Transition established(FsmState state) {
        FsmState up = state.to(SessionState.ESTABLISHED);
        // Without keepalives nothing would tell later that the session is stable.
        return transition(state.hold().isZero() ? up.stable() : up, concat(watch(state), new SessionUp()));
    }

    private static FsmState aged(FsmState state) {
        if (state.keepalives() >= STABLE_KEEPALIVES) {
            return state;
        }
        FsmState older = state.keptAlive();
        return older.keepalives() == STABLE_KEEPALIVES ? older.stable() : older;
    }

    /** RFC 4271 §8.2.2, ManualStop: what was counted is forgotten, and nothing starts again by itself. */
    private static Transition stopped(FsmState state) {
        return transition(state.restarted().to(SessionState.IDLE), new Disconnect(), new StopTimers());
    }

    private static Transition stopped(FsmState state, Notice notice) {
        List<FsmAction> actions = new ArrayList<>();
        if (notice.code() != 0) {
            actions.add(new SendNotification(notice));
        }
        actions.addAll(down(state));
        return new Transition(state.restarted().to(SessionState.IDLE), actions);
    }

    private static Transition fall(FsmState state, FsmConfig config) {
        FsmState fallen = state.fallen();
        Duration wait = shorter(wait(fallen.oscillations(), config.connectRetry()), LONGEST_IDLE_HOLD);
        return new Transition(fallen, concat(down(state), new StartTimer(FsmTimer.IDLE_HOLD, wait)));
    }

    private static Transition fall(FsmState state, Notice notice, FsmConfig config) {
        Transition silent = fall(state, config);
        List<FsmAction> actions = new ArrayList<>(silent.actions());
        actions.addFirst(new SendNotification(notice));
        return new Transition(silent.state(), actions);
    }

    private static List<FsmAction> down(FsmState state) {
        List<FsmAction> actions = new ArrayList<>(List.of(new Disconnect(), new StopTimers()));
        if (state.state() == SessionState.ESTABLISHED) {
            actions.add(new SessionDown());
        }
        return actions;
    }

    /** 1 s after the first time, twice as long after each further one, at most the limit. */
    private static Duration wait(int times, Duration limit) {
        int doublings = Math.clamp(times - 1L, 0, 16);
        return shorter(FIRST_WAIT.multipliedBy(1L << doublings), limit);
    }

    private static List<FsmAction> watch(FsmState state) {
        return state.hold().isZero() ? List.of() : List.of(new StartTimer(FsmTimer.HOLD, state.hold()));
    }

    private static List<FsmAction> sayAlive(FsmState state) {
        return state.keepalive().isZero()
                ? List.of(new SendKeepalive())
                : List.of(new SendKeepalive(), new StartTimer(FsmTimer.KEEPALIVE, state.keepalive()));
    }

    private static StartTimer retry(Duration duration) {
        return new StartTimer(FsmTimer.CONNECT_RETRY, duration);
    }

    private static Duration shorter(Duration one, Duration two) {
        return one.compareTo(two) <= 0 ? one : two;
    }

    private static List<FsmAction> concat(List<FsmAction> first, FsmAction last) {
        List<FsmAction> actions = new ArrayList<>(first);
        actions.add(last);
        return actions;
    }

    private static Transition ignored(FsmState state) {
        return new Transition(state, List.of());
    }

    private static Transition transition(FsmState state, FsmAction... actions) {
        return new Transition(state, List.of(actions));
    }

    private static Transition transition(FsmState state, List<FsmAction> actions) {
        return new Transition(state, actions);
    }
}
