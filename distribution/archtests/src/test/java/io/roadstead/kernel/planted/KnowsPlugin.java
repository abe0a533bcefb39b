package io.roadstead.kernel.planted;

import io.roadstead.plugin.planted.KnowsKernel;

/** The kernel knows a plugin. */
public interface KnowsPlugin {
    KnowsKernel plugin();
}
