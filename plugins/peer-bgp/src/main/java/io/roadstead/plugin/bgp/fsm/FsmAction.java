package io.roadstead.plugin.bgp.fsm;

import java.time.Duration;

/** What a transition has done, in the order of the list. */
public sealed interface FsmAction {

    /** The caller shortens all but HOLD by jitter (RFC 4271 §10). */
    record StartTimer(FsmTimer timer, Duration duration) implements FsmAction {
    }

    /** No effect where it does not run. */
    record StopTimer(FsmTimer timer) implements FsmAction {
    }

    /** All of them. */
    record StopTimers() implements FsmAction {
    }

    /** Asks for a TCP connection; ends in TcpCrAcked or TcpConnectionFails. */
    record Connect() implements FsmAction {
    }

    /** Drops the connection or the attempt; no event comes of it. */
    record Disconnect() implements FsmAction {
    }

    record SendOpen() implements FsmAction {
    }

    record SendKeepalive() implements FsmAction {
    }

    /** A {@link Disconnect} always follows: the message is flushed before it. */
    record SendNotification(Notice notice) implements FsmAction {
    }

    /** The session is up: routes may be exchanged. */
    record SessionUp() implements FsmAction {
    }

    /** The session that was up is not any more. */
    record SessionDown() implements FsmAction {
    }

    /** The message that came is to be used. */
    record ProcessUpdate() implements FsmAction {
    }

    /** The message that came is to be answered. */
    record ProcessRouteRefresh() implements FsmAction {
    }
}
