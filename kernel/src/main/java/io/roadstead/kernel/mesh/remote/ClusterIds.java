package io.roadstead.kernel.mesh.remote;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Which remote cluster has which id. The first that says so has it for as long as its data is kept. */
final class ClusterIds {

    private final Map<Integer, String> holders = new HashMap<>();

    /** Takes an id; returns null when the cluster has it now, otherwise the cluster that has it. */
    @Nullable
    String take(int id, String cluster) {
        String holder = holders.putIfAbsent(id, cluster);
        return holder == null || holder.equals(cluster) ? null : holder;
    }

    /** Gives it back; nothing happens when another has it. */
    void release(int id, String cluster) {
        holders.remove(id, cluster);
    }
}
