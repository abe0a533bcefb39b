package io.roadstead.kernel.mesh;

import java.time.Duration;

/**
 * What the mesh is to do.
 *
 * @param backend              type of the backend; {@code none} for no mesh
 * @param cluster              the own cluster's name
 * @param clusterId            1 to maxConnectedClusters; 0 outside of a mesh
 * @param publish              whether this agent may publish the own cluster's objects
 * @param maxConnectedClusters 255 or 511; the same in all clusters
 * @param syncTimeout          how long traffic waits at the start for what the other clusters share
 * @param heartbeatTimeout     a store without a sign of life for so long is connected to anew
 */
public record MeshSettings(String backend, String cluster, int clusterId, boolean publish, int maxConnectedClusters, Duration syncTimeout,
        Duration heartbeatTimeout) {

    /** Whether there is no mesh. */
    public boolean isNone() {
        return backend.equals("none");
    }

    /** Whether the own cluster appears to others under the same name and number. */
    boolean sameMember(MeshSettings other) {
        return cluster.equals(other.cluster) && clusterId == other.clusterId && maxConnectedClusters == other.maxConnectedClusters;
    }
}
