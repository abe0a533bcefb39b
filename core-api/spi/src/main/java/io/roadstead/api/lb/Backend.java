package io.roadstead.api.lb;

import io.roadstead.api.model.net.IpAddress;

/**
 * Where a frontend's flows end.
 *
 * @param port        1 to 65535
 * @param weight      0 to 65535; 100 when nothing was said; 0 is {@link BackendState#MAINTENANCE}. Counts in relation to the frontend's others
 * @param nodeName    the node it runs on; empty when unknown
 * @param nodeAddress that node's address of the backend's family, to which packets are wrapped; the unspecified address when unknown, as it may be for other
 *                    nodes while no dispatch mode in use needs {@link DispatchMode.Need#ENCAPSULATION}
 * @param zone        empty when unknown
 * @param local       whether it runs on this node
 * @param cluster     name of the cluster that it runs in; empty for the own one
 */
public record Backend(IpAddress address, int port, int weight, BackendState state, String nodeName, IpAddress nodeAddress, String zone,
        boolean local, String cluster) {
    public Backend {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
        }
        if (weight < 0 || weight > 65535) {
            throw new IllegalArgumentException("weight " + weight + " is not in 0 to 65535");
        }
    }

    /** The same with another weight. */
    public Backend withWeight(int other) {
        return new Backend(address, port, other, state, nodeName, nodeAddress, zone, local, cluster);
    }

    /** The same in another state. */
    public Backend withState(BackendState other) {
        return new Backend(address, port, weight, other, nodeName, nodeAddress, zone, local, cluster);
    }

    /** Of the own cluster. */
    public Backend(IpAddress address, int port, int weight, BackendState state, String nodeName, IpAddress nodeAddress, String zone,
            boolean local) {
        this(address, port, weight, state, nodeName, nodeAddress, zone, local, "");
    }
}
