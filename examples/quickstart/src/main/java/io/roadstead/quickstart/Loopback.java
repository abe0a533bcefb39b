package io.roadstead.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Where the lab's machines are on this one: 192.168.10.100 is 127.168.10.100 here. Runs beside each other share the addresses; each has a port of its own, where its
 * router listens.
 */
record Loopback(int port) {

    private static final String LAB = "192.168.";
    private static final String HERE = "127.168.";

    /** With a port that is free now. */
    static Loopback withFreePort() {
        String router = here(Machine.ROUTER.labAddress());
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(router))) {
            return new Loopback(probe.getLocalPort());
        } catch (IOException e) {
            throw new WalkFailure("cannot listen at " + router + ": " + e.getMessage()
                    + "; the quickstart needs all of 127.0.0.0/8 on the loopback interface, as Linux has it");
        }
    }

    static String here(String labAddress) {
        return labAddress.replace(LAB, HERE);
    }

    /** The lab's BGP resources with the router's address and port here; everything else as it is. */
    String moved(String manifests) {
        String router = Machine.ROUTER.labAddress();
        return manifests.replace("peerAddress: " + router, "peerAddress: " + here(router))
                .replace("\n  ebgpMultihop:", "\n  transport:\n    peerPort: " + port + "\n  ebgpMultihop:");
    }
}
