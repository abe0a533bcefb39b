package io.roadstead.plugin.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

import io.netty.channel.ServerChannel;

import io.roadstead.api.config.Secret;
import io.roadstead.plugin.netty.api.TransportListener;

/** A server channel. */
record ChannelListener(ServerChannel channel, boolean epoll) implements TransportListener {

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void passwords(Map<InetAddress, Secret> passwords) {
        if (epoll) {
            SocketOptions.applyPasswords(channel, passwords);
        } else if (!passwords.isEmpty()) {
            throw SocketOptions.unsupported("TCP_MD5SIG", null);
        }
    }

    @Override
    public void close() {
        if (channel.eventLoop().inEventLoop()) {
            channel.close();
        } else {
            channel.close().awaitUninterruptibly();
        }
    }
}
