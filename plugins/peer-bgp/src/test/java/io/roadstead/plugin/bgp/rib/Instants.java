package io.roadstead.plugin.bgp.rib;

import java.time.Instant;

/** Moments for tests. */
final class Instants {

    static final Instant T0 = Instant.parse("2025-01-01T00:00:00Z");
    static final Instant T1 = T0.plusSeconds(1);
    static final Instant T2 = T0.plusSeconds(2);

    private Instants() {
    }
}
