package io.roadstead.plugin.planted;

import io.roadstead.kernel.planted.NamedError;

/** A plugin knows the kernel. */
public interface KnowsKernel {
    NamedError kernel();
}
