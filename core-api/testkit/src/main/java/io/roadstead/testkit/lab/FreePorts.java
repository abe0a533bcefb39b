package io.roadstead.testkit.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of loopback for servers that cannot choose one themselves. */
public final class FreePorts {

    /** Below those that the system gives to outgoing connections (32768 on), any of which could take a port between the look and the server's start. */
    private static final int FIRST = 20_000;
    private static final int BEHIND_LAST = 30_000;
    private static final int TRIES = 1000;

    private FreePorts() {
    }

    /** One that nobody listens at. Throws {@link LabException} when there is none. */
    public static int next() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST);
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // the next one
            }
        }
        throw new LabException("no free port from " + FIRST + " to " + (BEHIND_LAST - 1));
    }
}
