package io.roadstead.plugin.netlink.planted;

import java.lang.foreign.MemorySegment;

/** Native memory beside its room. */
public interface MovesMemory {
    MemorySegment memory();
}
