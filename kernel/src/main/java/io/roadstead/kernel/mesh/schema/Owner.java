package io.roadstead.kernel.mesh.schema;

/**
 * The cluster whose values they are.
 *
 * @param clusterId            1 to maxConnectedClusters
 * @param maxConnectedClusters 255 or 511
 */
public record Owner(String cluster, int clusterId, int maxConnectedClusters) {

    private static final int IDENTITY_BITS = 24;

    public Owner {
        if (maxConnectedClusters != 255 && maxConnectedClusters != 511) {
            throw new IllegalArgumentException("a mesh has at most 255 or 511 clusters, not " + maxConnectedClusters);
        }
        if (clusterId < 1 || clusterId > maxConnectedClusters) {
            throw new IllegalArgumentException("cluster id " + clusterId + " is not in 1 to " + maxConnectedClusters);
        }
    }

    /** The lowest of its identities; the first 256 from there are not given to workloads. */
    public int firstIdentity() {
        return clusterId << identityBits();
    }

    /** The highest of its identities. */
    public int lastIdentity() {
        return firstIdentity() + (1 << identityBits()) - 1;
    }

    /** Whether an identity is in its range. */
    public boolean ownsIdentity(long id) {
        return id >= firstIdentity() && id <= lastIdentity();
    }

    /** Checks what a value says of its cluster. */
    void requireSame(String namedCluster, int namedId) throws RefusedValueException {
        if (!cluster.equals(namedCluster)) {
            throw new RefusedValueException("names cluster " + Quoted.text(namedCluster) + ", not '" + cluster + "'");
        }
        if (namedId != clusterId) {
            throw new RefusedValueException("names cluster id " + namedId + ", not " + clusterId);
        }
    }

    /** How many low bits of an identity are the cluster's own to give. */
    private int identityBits() {
        return maxConnectedClusters == 255 ? IDENTITY_BITS - 8 : IDENTITY_BITS - 9;
    }
}
