package io.roadstead.plugin.bgp.fsm;

/** The timers of a connection (RFC 4271 §10). Setting one that runs sets it anew. */
public enum FsmTimer {
    CONNECT_RETRY, HOLD, KEEPALIVE, IDLE_HOLD
}
