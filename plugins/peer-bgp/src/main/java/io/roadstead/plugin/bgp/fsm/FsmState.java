package io.roadstead.plugin.bgp.fsm;

import java.time.Duration;

import io.roadstead.api.model.bgp.SessionState;

/**
 * Where a connection stands.
 *
 * @param connectRetryCounter ConnectRetryCounter of RFC 4271 §8.1.1
 * @param failedConnects      attempts since the last established session; the wait between them grows with it
 * @param oscillations        falls to Idle since the session was last stable; the idle hold grows with it
 * @param keepalives          messages KEEPALIVE since established, as far as stability needs them
 * @param hold                negotiated; zero means that neither side watches
 * @param keepalive           negotiated; zero means that none is sent
 */
public record FsmState(SessionState state, int connectRetryCounter, int failedConnects, int oscillations, int keepalives, Duration hold,
        Duration keepalive) {

    /** Idle, and never anything else before. */
    public static final FsmState INITIAL = new FsmState(SessionState.IDLE, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

    /** Of a second connection, which waits to be accepted. */
    public static final FsmState LISTENING = INITIAL.to(SessionState.ACTIVE);

    /** The same with the history of another connection with the same peer. */
    public FsmState withHistoryOf(FsmState other) {
        return new FsmState(state, other.connectRetryCounter, other.failedConnects, other.oscillations, keepalives, hold, keepalive);
    }

    FsmState to(SessionState next) {
        return new FsmState(next, connectRetryCounter, failedConnects, oscillations, keepalives, hold, keepalive);
    }

    FsmState restarted() {
        return new FsmState(state, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);
    }

    FsmState connectFailed() {
        return new FsmState(state, connectRetryCounter + 1, failedConnects + 1, oscillations, 0, Duration.ZERO, Duration.ZERO);
    }

    FsmState fallen() {
        return new FsmState(SessionState.IDLE, connectRetryCounter + 1, failedConnects, oscillations + 1, 0, Duration.ZERO, Duration.ZERO);
    }

    FsmState negotiated(Duration agreedHold, Duration agreedKeepalive) {
        return new FsmState(state, connectRetryCounter, failedConnects, oscillations, 0, agreedHold, agreedKeepalive);
    }

    FsmState keptAlive() {
        return new FsmState(state, connectRetryCounter, failedConnects, oscillations, keepalives + 1, hold, keepalive);
    }

    FsmState stable() {
        return new FsmState(state, connectRetryCounter, 0, 0, keepalives, hold, keepalive);
    }
}
