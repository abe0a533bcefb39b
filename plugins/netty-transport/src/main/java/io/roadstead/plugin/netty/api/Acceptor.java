package io.roadstead.plugin.netty.api;

import java.net.InetSocketAddress;

import io.netty.channel.ChannelHandler;

/** Decides what becomes of an accepted connection. Called on the listener's loop; returns at once. */
@FunctionalInterface
public interface Acceptor {
    /** Where the connection lives and what handles it. */
    Admission admit(InetSocketAddress remote);

    /**
     * @param loop    carries the connection from now on
     * @param handler a {@link io.netty.channel.ChannelInitializer} or the only handler
     */
    record Admission(TransportLoop loop, ChannelHandler handler) {
    }
}
