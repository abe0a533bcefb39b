package io.roadstead.plugin.kubernetes.write;

import io.roadstead.api.config.Doc;

/** The section {@code roadstead.source.kubernetes.status}. */
@Doc("How fast statuses are written. Each write of a Service goes on to every node of the cluster.")
public record StatusConfig(
        @Doc("Requests per second that may go on for long; 1 to 1000.") int requestsPerSecond,
        @Doc("Requests that may come at once after a quiet time; 1 to 10000.") int burst) {
    private static final int MOST_PER_SECOND = 1000;
    private static final int LARGEST_BURST = 10_000;

    public StatusConfig {
        if (requestsPerSecond < 1 || requestsPerSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException("requests-per-second must be 1 to " + MOST_PER_SECOND);
        }
        if (burst < 1 || burst > LARGEST_BURST) {
            throw new IllegalArgumentException("burst must be 1 to " + LARGEST_BURST);
        }
    }
}
