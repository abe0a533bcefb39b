package io.roadstead.kernel.status;

import java.time.Instant;

/**
 * What does not change while the agent runs.
 *
 * @param version of the product
 */
public record AgentFacts(String node, String cluster, String version, Instant started) {
}
