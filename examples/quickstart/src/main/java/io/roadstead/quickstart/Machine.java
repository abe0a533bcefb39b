package io.roadstead.quickstart;

import java.util.List;

/**
 * A machine of the seed lab.
 *
 * @param labAddress there; see {@link Loopback#here}
 */
record Machine(String name, String labAddress) {

    static final Machine ROUTER = new Machine("router", "192.168.10.200");
    /** The next hop of what the router has itself. */
    static final Machine NOWHERE = new Machine("", "0.0.0.0");
    static final List<Machine> NODES =
            List.of(new Machine("k8s-ctr", "192.168.10.100"), new Machine("k8s-w1", "192.168.10.101"),
                    new Machine("k8s-w0", "192.168.20.100"));

    /** The one that carries traffic here: the nodes have one machine's addresses between them. */
    static final Machine TRAFFIC = NODES.get(1);

    String address() {
        return Loopback.here(labAddress);
    }
}
