package io.roadstead.plugin.netty.api;

import java.net.InetSocketAddress;
import java.util.List;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;

/**
 * Event loops and TCP sockets, shared by all plugins that inject it. Safe for any thread. On Linux by epoll, elsewhere by NIO, which lacks the options of
 * {@link SocketSettings} that NIO cannot set.
 */
public interface NettyTransport extends AutoCloseable {
    /** One of the loops, in turn. What is confined to it never overlaps. */
    TransportLoop nextLoop();

    /** All loops, the same ones each time: for who spreads work over them and keeps a state per loop. */
    List<TransportLoop> loops();

    /**
     * Connects. The channel lives on the loop; the handler is in its pipeline before the connection is up. A failure, also of a setting, is the future's.
     *
     * @param handler a {@link io.netty.channel.ChannelInitializer} or the only handler
     */
    ChannelFuture connect(TransportLoop loop, InetSocketAddress remote, SocketSettings settings, ChannelHandler handler);

    /**
     * Listens. Returns when it does.
     *
     * @throws io.roadstead.api.error.RoadsteadException when the address cannot be bound; not called on a transport's loop
     */
    TransportListener listen(InetSocketAddress local, Acceptor acceptor);

    /**
     * Listens without waiting. Called on that loop. The future's channel is the listener; it is closed when the future fails.
     *
     * @param foreign whether an address may be bound that is not this machine's ({@code IP_FREEBIND}); fails where the transport cannot
     */
    ChannelFuture listen(TransportLoop loop, InetSocketAddress local, boolean foreign, Acceptor acceptor);

    /**
     * Opens a datagram socket at an address, without waiting. Called on that loop. The handler gets {@link io.netty.channel.socket.DatagramPacket}s of any
     * size.
     *
     * @param foreign as for {@link #listen(TransportLoop, InetSocketAddress, boolean, Acceptor)}
     */
    ChannelFuture datagrams(TransportLoop loop, InetSocketAddress local, boolean foreign, ChannelHandler handler);

    /**
     * Opens a datagram socket that sends to, and hears, one address only. Called on that loop. What is written before the future succeeds is lost.
     */
    ChannelFuture connectDatagrams(TransportLoop loop, InetSocketAddress remote, ChannelHandler handler);

    /**
     * Applies time-to-live settings, and a password that replaces another one, to a connection that exists. Source and device cannot change any more, and whether
     * there is a password cannot either.
     *
     * @throws io.roadstead.api.error.RoadsteadException when the transport cannot
     */
    void apply(Channel connected, SocketSettings settings);

    /** Whether every setting works here. */
    boolean allSettings();

    /** Closes all channels and ends the loops, within five seconds. */
    @Override
    void close();
}
