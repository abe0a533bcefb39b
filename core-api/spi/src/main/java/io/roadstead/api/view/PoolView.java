package io.roadstead.api.view;

import java.math.BigInteger;
import java.util.List;

/**
 * An address pool.
 *
 * @param conflict what it overlaps; empty when nothing
 */
public record PoolView(String name, boolean disabled, String conflict, BigInteger total, BigInteger used, BigInteger available,
        List<String> blocks,
        String serviceSelector) {
    public PoolView {
        blocks = List.copyOf(blocks);
    }
}
