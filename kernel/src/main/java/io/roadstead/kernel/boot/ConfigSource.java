package io.roadstead.kernel.boot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.config.AgentConfig;
import io.roadstead.kernel.config.ConfigResources;

/** Keeps what the configuration says about BGP and pools in the cluster's state, as if a source had said it. */
final class ConfigSource {

    private final ClusterSink sink;
    private Map<ResourceKey, Resource> said = Map.of();

    /** Called on the control loop. */
    ConfigSource(ClusterState cluster, AgentConfig config) {
        if (!config.source().isNone()) {
            cluster.sink(Roles.SOURCE); // keeps its place: nothing is announced before the source, whose plugin comes later, has synced
        }
        sink = cluster.sink("config");
        apply(config);
        sink.synced();
    }

    /** Hands over what differs from before. One thread at a time. */
    void apply(AgentConfig config) {
        Map<ResourceKey, Resource> now = new LinkedHashMap<>();
        ConfigResources.of(config).forEach(resource -> now.put(resource.key(), resource));
        List<Resource> upserts = now.values().stream().filter(resource -> !resource.equals(said.get(resource.key()))).toList();
        List<ResourceKey> deletes = new ArrayList<>(said.keySet());
        deletes.removeAll(now.keySet());
        said = now;
        ResourceBatch batch = new ResourceBatch(upserts, deletes);
        if (!batch.isEmpty()) {
            sink.apply(batch);
        }
    }
}
