package io.roadstead.kernel.other;

import io.roadstead.kernel.planted.KnowsOther;

/** Half of a cycle. */
public interface KnowsPlanted {
    KnowsOther other();
}
