package io.roadstead.api.route;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.IpPrefix;

/**
 * Whether one prefix of a subject is originated here, and why.
 *
 * @param prefix    null when the subject has none, and only when not announced
 * @param variant   which of the subject's prefixes: {@code LoadBalancerIP}; empty when there is one sort only
 */
public record RouteDecision(@Nullable IpPrefix prefix, boolean announced, Reason reason, String variant) {

    public RouteDecision {
        if (announced && prefix == null) {
            throw new IllegalArgumentException("an announced decision needs a prefix");
        }
    }

    /** Announced. */
    public static RouteDecision announce(IpPrefix prefix, String variant) {
        return new RouteDecision(prefix, true, Reason.of(RouteReason.ANNOUNCED), variant);
    }

    /** Not announced; the prefix is null when there is none. */
    public static RouteDecision refuse(@Nullable IpPrefix prefix, Reason reason, String variant) {
        return new RouteDecision(prefix, false, reason, variant);
    }
}
