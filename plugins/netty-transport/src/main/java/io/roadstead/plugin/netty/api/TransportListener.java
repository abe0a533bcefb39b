package io.roadstead.plugin.netty.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

import io.roadstead.api.config.Secret;

/** A listening socket. Safe for any thread. */
public interface TransportListener extends AutoCloseable {
    InetSocketAddress localAddress();

    /**
     * Replaces the TCP MD5 keys (RFC 2385) by remote address. Those without one are accepted unsigned. Connections that exist keep the key they were accepted
     * with.
     *
     * @throws io.roadstead.api.error.RoadsteadException when the transport has no TCP MD5 and a key is given; nothing changed then
     */
    void passwords(Map<InetAddress, Secret> passwords);

    /** Stops listening; accepted connections stay. Idempotent; returns when the port is free. */
    @Override
    void close();
}
