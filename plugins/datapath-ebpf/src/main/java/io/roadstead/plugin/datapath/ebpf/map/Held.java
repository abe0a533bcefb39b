package io.roadstead.plugin.datapath.ebpf.map;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.FrontendState;
import io.roadstead.plugin.datapath.ebpf.map.LutSlab.Region;

/**
 * What the maps hold of one frontend.
 *
 * @param state   what it was written from; null when it was found in the maps
 * @param region  null when it has no table, or one that cannot be kept
 * @param members states by backend, as {@code rs_member} says them
 */
record Held(@Nullable FrontendState state, ServiceEntry entry, @Nullable Region region, Map<BackendKey, Integer> members,
        Map<BackendKey, Integer> ids, Set<RangeKey> ranges) {

    int id() {
        return entry.id();
    }
}
