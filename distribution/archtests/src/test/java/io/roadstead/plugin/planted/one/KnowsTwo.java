package io.roadstead.plugin.planted.one;

import io.roadstead.plugin.planted.two.KnowsOne;

/** Half of a cycle within a plugin. */
public interface KnowsTwo {
    KnowsOne one();
}
