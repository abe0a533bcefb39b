package io.roadstead.plugin.other;

import io.roadstead.plugin.planted.KnowsNetty;

/** A plugin that uses another one. */
public interface KnowsNeighbour {
    KnowsNetty neighbour();
}
