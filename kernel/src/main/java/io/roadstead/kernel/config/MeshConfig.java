package io.roadstead.kernel.config;

import java.time.Duration;
import java.util.Map;

import io.roadstead.api.config.Doc;
import io.roadstead.kernel.mesh.MeshSettings;

/** The section {@code roadstead.mesh}. */
public record MeshConfig(
        @Doc("What keeps the clusters' stores: etcd, memory, the type of another mesh backend, or none. Its own keys stand in the section of that name.") String backend,
        @Doc("Whether this agent may publish its cluster's objects for the others; one agent of the cluster at a time does.") boolean publish,
        @Doc("Clusters that the mesh can have, 255 or 511; the same in all of them.") int maxConnectedClusters,
        @Doc("How long the traffic of Services waits at the start for what other clusters share, 0s to 10m.") Duration syncTimeout,
        @Doc("A store without a sign of life for so long is connected to anew, 1s to 1h; signs come every minute.") Duration heartbeatTimeout,
        @Doc("The backends' own sections, by type.") @OtherKeys Map<String, ConfigSection> sections) {

    public MeshConfig {
        if (maxConnectedClusters != 255 && maxConnectedClusters != 511) {
            throw new IllegalArgumentException("max-connected-clusters " + maxConnectedClusters + " is neither 255 nor 511");
        }
        checkRange("sync-timeout", syncTimeout, Duration.ZERO, Duration.ofMinutes(10));
        checkRange("heartbeat-timeout", heartbeatTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    }

    private static void checkRange(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " " + value.toMillis() + "ms is not in " + least + " to " + most);
        }
    }

    /** Whether there is no mesh. */
    public boolean isNone() {
        return backend.equals("none");
    }

    /** For the controller. */
    public MeshSettings settings(AgentConfig.Cluster cluster) {
        return new MeshSettings(backend, cluster.name(), cluster.id(), publish, maxConnectedClusters, syncTimeout, heartbeatTimeout);
    }
}
