package io.roadstead.kernel.planted;

import io.roadstead.kernel.other.KnowsPlanted;

/** Half of a cycle. */
public interface KnowsOther {
    KnowsPlanted planted();
}
