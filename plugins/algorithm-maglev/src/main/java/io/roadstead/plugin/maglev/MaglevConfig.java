package io.roadstead.plugin.maglev;

import io.roadstead.api.config.Doc;

/** Configuration of the Maglev algorithm. */
@Doc("Maglev hashing: even shares, and the same table on every node, so that a flow that changes nodes keeps its backend.")
public record MaglevConfig(
        @Doc("native, or cilium-compatible: the very tables of Cilium with the same seed, table size and backends, for fleets that run both.") Mode mode,
        @Doc("12 bytes in base64, the same on every node; Cilium's maglev.hashSeed, of which the first four count here.") HashSeed hashSeed) {

    /** How a table is filled. */
    public enum Mode {
        /** Permutations from the addresses' bits; turns in exact proportion to the weights. */
        NATIVE,
        /** As Cilium 1.18 does, bit for bit. */
        CILIUM_COMPATIBLE
    }
}
