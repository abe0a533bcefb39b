package com.example.zoneaware;

import io.roadstead.api.config.Doc;

/** Section {@code roadstead.algorithms.zone-aware}. */
@Doc("Keeps flows in the zone of the node that they enter, while it has backends.")
public record ZoneAwareConfig(
        @Doc("How many backends the node's zone must have, at least 1; with fewer, flows go to all zones.") int leastBackends) {

    public ZoneAwareConfig {
        if (leastBackends < 1) {
            throw new IllegalArgumentException("least-backends " + leastBackends + " is below 1");
        }
    }
}
