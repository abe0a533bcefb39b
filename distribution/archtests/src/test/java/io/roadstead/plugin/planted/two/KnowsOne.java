package io.roadstead.plugin.planted.two;

import io.roadstead.plugin.planted.one.KnowsTwo;

/** Half of a cycle within a plugin. */
public interface KnowsOne {
    KnowsTwo two();
}
