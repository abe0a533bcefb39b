package io.roadstead.plugin.proxy.relay;

import java.time.Duration;

import io.roadstead.api.config.Doc;

/** Section {@code roadstead.datapaths.proxy}. */
@Doc("How connections and datagrams are carried in userspace.")
public record ProxyConfig(
        @Doc("Listen also on addresses that this machine does not have (IP_FREEBIND, Linux); packets to them must be routed here.") boolean ipFreebind,
        @Doc("How long a backend may take to accept a connection; at least 1 ms.") Duration connectTimeout,
        @Doc("Backends tried for one connection before the client is turned away; at least 1.") int connectAttempts,
        @Doc("A connection on which nothing moved for this long is reset; whole seconds, at least 1 s.") Duration idleTimeout,
        @Doc("The same once one side has said that it sends no more; whole seconds, at least 1 s.") Duration halfClosedTimeout,
        @Doc("A UDP flow without datagrams for this long is forgotten; whole seconds, at least 1 s.") Duration udpIdleTimeout,
        @Doc("Connections to a backend, or of a frontend, that is gone end after this long; whole seconds, at least 1 s.") Duration drainTimeout,
        @Doc("Most connections at a time; a further one is reset. At least 1.") int maxConnections,
        @Doc("Most connections of one frontend at a time; 0 means no limit of its own.") int maxConnectionsPerFrontend,
        @Doc("Most UDP flows of one frontend at a time; datagrams that would begin a further one are dropped. At least 1.") int maxUdpFlowsPerFrontend,
        @Doc("Bytes that wait for a slow receiver, per direction, before the sender is made to wait; 4096 or more.") int bufferBytes,
        @Doc("Bytes in one direction after which a connection is moved within the kernel (Linux, splice); 0 means never.") long spliceAfter) {

    private static final int LEAST_BUFFER = 4096;

    public ProxyConfig {
        check(connectTimeout.toMillis() >= 1 && connectTimeout.toMillis() <= Integer.MAX_VALUE,
                "connect-timeout " + connectTimeout + " is not in 1 ms to 24 days");
        check(connectAttempts >= 1, "connect-attempts " + connectAttempts + " is less than 1");
        checkSeconds("idle-timeout", idleTimeout);
        checkSeconds("half-closed-timeout", halfClosedTimeout);
        checkSeconds("udp-idle-timeout", udpIdleTimeout);
        checkSeconds("drain-timeout", drainTimeout);
        check(maxConnections >= 1, "max-connections " + maxConnections + " is less than 1");
        check(maxConnectionsPerFrontend >= 0, "max-connections-per-frontend " + maxConnectionsPerFrontend + " is negative");
        check(maxUdpFlowsPerFrontend >= 1, "max-udp-flows-per-frontend " + maxUdpFlowsPerFrontend + " is less than 1");
        check(bufferBytes >= LEAST_BUFFER, "buffer-bytes " + bufferBytes + " is less than " + LEAST_BUFFER);
        check(spliceAfter >= 0, "splice-after " + spliceAfter + " is negative");
    }

    private static void checkSeconds(String key, Duration value) {
        check(value.toSeconds() >= 1 && value.toNanosPart() == 0, key + " " + value + " is not whole seconds, at least one");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
