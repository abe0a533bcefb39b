package io.roadstead.plugin.mesh.memory;

import java.nio.file.Path;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;

/** The section {@code roadstead.mesh.memory}. */
@Doc("Keeps the mesh's stores within the agent, so that no other process reads what it publishes: for demonstrations and tests.")
public record MemoryConfig(
        @Doc("Whether there is a store to publish the own cluster in.") boolean own,
        @Doc("The other clusters by name, with what their stores hold.") @OpenKeys Map<String, Cluster> clusters) {

    public MemoryConfig {
        clusters = Map.copyOf(clusters);
    }

    /** A key {@code roadstead.mesh.memory.clusters.<name>}. */
    public record Cluster(
            @Doc(value = "Keys and their values, followed as the configuration changes.",
                    example = "{ \"cilium/cluster-config/east\" : \"{\\\"id\\\":2,\\\"capabilities\\\":{}}\" }") @OpenKeys Map<String, String> keys,
            @Doc(value = "A file with more of them, followed as it changes: in each line a key, a space and the value. What stands in both has the file's value.",
                    example = "/etc/roadstead/east.keys") @Nullable Path file,
            @Doc("The key that is written anew every minute as the store's sign of life; empty for none.") String heartbeatKey) {
        public Cluster {
            keys = Map.copyOf(keys);
        }
    }
}
