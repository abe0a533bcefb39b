package io.roadstead.plugin.bgp.fsm;

import java.time.Duration;

/**
 * The session attributes of RFC 4271 §8.1.1 that are configured. AllowAutomaticStart, DampPeerOscillations and CollisionDetectEstablishedState are always on,
 * DelayOpen and SendNOTIFICATIONwithoutOPEN always off.
 *
 * @param connectRetry ConnectRetryTime, the longest wait between two attempts
 * @param hold         HoldTime that we offer
 * @param keepalive    KeepaliveTime that we want
 * @param passive      PassiveTcpEstablishment: only listen
 */
public record FsmConfig(Duration connectRetry, Duration hold, Duration keepalive, boolean passive) {
}
