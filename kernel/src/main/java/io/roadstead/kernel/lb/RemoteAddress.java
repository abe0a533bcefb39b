package io.roadstead.kernel.lb;

import io.roadstead.api.model.net.IpAddress;

/** An address in another cluster. */
record RemoteAddress(String cluster, IpAddress address) implements Comparable<RemoteAddress> {
    @Override
    public int compareTo(RemoteAddress other) {
        int byCluster = cluster.compareTo(other.cluster);
        return byCluster != 0 ? byCluster : address.compareTo(other.address);
    }
}
