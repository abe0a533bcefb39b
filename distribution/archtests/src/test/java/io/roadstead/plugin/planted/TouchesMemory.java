package io.roadstead.plugin.planted;

import java.lang.foreign.MemorySegment;

/** Native memory in a plugin that has no business with it. */
public interface TouchesMemory {
    MemorySegment memory();
}
