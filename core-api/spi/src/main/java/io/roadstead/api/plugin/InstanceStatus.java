package io.roadstead.api.plugin;

import java.util.List;

/**
 * How an instance is.
 *
 * @param summary one line for a table
 * @param problems each a clause with subject and remedy; empty when all is well
 */
public record InstanceStatus(Health health, String summary, List<String> problems) {

    public InstanceStatus {
        problems = List.copyOf(problems);
    }

    /** All is well. */
    public static InstanceStatus ok(String summary) {
        return new InstanceStatus(Health.OK, summary, List.of());
    }

    /** Health in one word; from worst to best it is FAILED, DEGRADED, STARTING, OK. */
    public enum Health {
        STARTING, OK, DEGRADED, FAILED
    }
}
