package io.roadstead.plugin.kubernetes.lead;

import java.time.Duration;

import io.roadstead.api.config.Doc;

/** The section {@code roadstead.source.kubernetes.leader}. */
@Doc("Which agent hands out addresses and writes what concerns the whole cluster, decided by a Lease.")
public record LeaderConfig(
        @Doc("Whether this agent may lead. In large clusters a few agents of a Deployment may, and those of the DaemonSet not.") boolean contend,
        @Doc("The namespace of the Lease.") String namespace,
        @Doc("The name of the Lease. All agents of a cluster share it.") String name,
        @Doc("How long a leader that is silent keeps the lead; 2s to 10m, whole seconds.") Duration leaseDuration,
        @Doc("How long a leader that cannot renew the Lease goes on; shorter than lease-duration.") Duration renewDeadline,
        @Doc("How often the leader renews, and at most how often others look; at least 500ms, at most a third of renew-deadline.") Duration retryPeriod) {
    /** A longer one in a Lease comes from outside. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Duration SHORTEST = Duration.ofSeconds(2);
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(500);
    private static final int TRIES = 3;
    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final String DNS_NAME = "(?=.{1,253}$)" + DNS_LABEL + "(\\." + DNS_LABEL + ")*";

    public LeaderConfig {
        if (!namespace.matches(DNS_LABEL)) {
            throw new IllegalArgumentException("namespace must be a DNS label (RFC 1123)");
        }
        if (!name.matches(DNS_NAME)) {
            throw new IllegalArgumentException("name must be a DNS subdomain (RFC 1123)");
        }
        if (leaseDuration.compareTo(SHORTEST) < 0 || leaseDuration.compareTo(LONGEST) > 0 || leaseDuration.getNano() != 0) {
            throw new IllegalArgumentException("lease-duration must be 2s to 10m in whole seconds");
        }
        if (renewDeadline.compareTo(leaseDuration) >= 0) {
            throw new IllegalArgumentException("renew-deadline must be shorter than lease-duration");
        }
        if (retryPeriod.compareTo(SHORTEST_RETRY) < 0 || retryPeriod.multipliedBy(TRIES).compareTo(renewDeadline) > 0) {
            throw new IllegalArgumentException("retry-period must be at least 500ms and at most a third of renew-deadline");
        }
    }
}
