package io.roadstead.plugin.bgp.fsm;

import java.time.Duration;

/**
 * The events of RFC 4271 §8.1, by their names and numbers there. Events 4, 5 and 7 are 1 and 3 with {@link FsmConfig#passive}; 6 is 3, since damping is always on.
 * Left out are 8 (there is no automatic stop), 12 and 20 (DelayOpen is off), 14 and 15 (the system accepts connections before anybody sees them). The last two are
 * of RFC 2918 and RFC 9687.
 */
public sealed interface FsmEvent {

    /** Event 1. */
    record ManualStart() implements FsmEvent {
    }

    /**
     * Event 2.
     *
     * @param notice told to the peer where an OPEN was sent; code 0 means nothing is told
     */
    record ManualStop(Notice notice) implements FsmEvent {
        /** The connection just ends. */
        public static final ManualStop SILENT = new ManualStop(new Notice(0, 0, ""));
    }

    /** Event 3. */
    record AutomaticStart() implements FsmEvent {
    }

    /** Event 9. */
    record ConnectRetryTimerExpires() implements FsmEvent {
    }

    /** Event 10. */
    record HoldTimerExpires() implements FsmEvent {
    }

    /** Event 11. */
    record KeepaliveTimerExpires() implements FsmEvent {
    }

    /** Event 13. */
    record IdleHoldTimerExpires() implements FsmEvent {
    }

    /** Event 16: the connection that we asked for is up. */
    record TcpCrAcked() implements FsmEvent {
    }

    /** Event 17: the peer's connection is up. */
    record TcpConnectionConfirmed() implements FsmEvent {
    }

    /** Event 18: the attempt failed, or the connection is gone. */
    record TcpConnectionFails() implements FsmEvent {
    }

    /**
     * Event 19: an OPEN that we accept.
     *
     * @param hold what the peer offers
     */
    record BgpOpen(Duration hold) implements FsmEvent {
    }

    /** Event 21. */
    record BgpHeaderErr(Notice notice) implements FsmEvent {
    }

    /** Event 22. */
    record BgpOpenMsgErr(Notice notice) implements FsmEvent {
    }

    /** Event 23: of two connections this one goes. */
    record OpenCollisionDump() implements FsmEvent {
    }

    /** Event 24: NOTIFICATION of an unsupported version. */
    record NotifMsgVerErr() implements FsmEvent {
    }

    /** Event 25: any other NOTIFICATION. */
    record NotifMsg() implements FsmEvent {
    }

    /** Event 26. */
    record KeepAliveMsg() implements FsmEvent {
    }

    /** Event 27. */
    record UpdateMsg() implements FsmEvent {
    }

    /** Event 28; also a ROUTE-REFRESH that cannot be read. */
    record UpdateMsgErr(Notice notice) implements FsmEvent {
    }

    /** A ROUTE-REFRESH came. */
    record RouteRefreshMsg() implements FsmEvent {
    }

    /** The peer has not taken anything for the send hold time. */
    record SendHoldTimerExpires() implements FsmEvent {
    }
}
