package io.roadstead.plugin.netty;

import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.ImmediateEventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.netty.api.Acceptor;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.plugin.netty.api.SocketSettings;
import io.roadstead.plugin.netty.api.TransportListener;
import io.roadstead.plugin.netty.api.TransportLoop;

/** One group of event loops over the best transport there is. Connections have TCP_NODELAY, which Netty sets by itself. */
public final class EpollOrNioTransport implements NettyTransport {

    private static final Logger log = LoggerFactory.getLogger(EpollOrNioTransport.class);
    private static final int CONNECT_TIMEOUT_MILLIS = 30_000;
    private static final int CLOSE_SECONDS = 4;
    private static final int LONGEST_DATAGRAM = 65_535;

    private final boolean epoll;
    private final EventLoopGroup group;
    /** What {@link #close} has to close: a loop that ends without a quiet period may end before it has looked at its channels. */
    private final ChannelGroup open = new DefaultChannelGroup("netty-transport", ImmediateEventExecutor.INSTANCE, true);
    private final List<TransportLoop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    EpollOrNioTransport(int threads, boolean epoll, ThreadFactory factory) {
        this.epoll = epoll;
        group = epoll ? LastingEpoll.newGroup(threads, factory)
                : new MultiThreadIoEventLoopGroup(threads, factory, NioIoHandler.newFactory());
        for (int i = 0; i < threads; i++) {
            loops.add(new EventLoopLoop("netty-transport-" + i, group.next()));
        }
        forgetThread();
    }

    /** Epoll where its native library loads, on daemon threads. */
    static EpollOrNioTransport best(int threads) {
        return best(threads, new DefaultThreadFactory("netty-transport", true));
    }

    /** On threads of the caller's choice; every socket is made by one of them, so that it is in that thread's network namespace. */
    public static EpollOrNioTransport best(int threads, ThreadFactory factory) {
        boolean epoll = Epoll.isAvailable();
        if (!epoll) {
            log.info("no epoll, using nio: TCP MD5, TTL and device binding are not available cause={}",
                    String.valueOf(Epoll.unavailabilityCause()));
        }
        return new EpollOrNioTransport(threads, epoll, factory);
    }

    /** As it is on systems without epoll. */
    public static EpollOrNioTransport nio(int threads, ThreadFactory factory) {
        return new EpollOrNioTransport(threads, false, factory);
    }

    @Override
    public TransportLoop nextLoop() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    @Override
    public List<TransportLoop> loops() {
        return List.copyOf(loops);
    }

    @Override
    public ChannelFuture connect(TransportLoop loop, InetSocketAddress remote, SocketSettings settings, ChannelHandler handler) {
        if (!epoll) {
            checkPortable(settings);
        }
        Bootstrap bootstrap = new Bootstrap().group(loop.eventLoop())
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        if (epoll) {
                            SocketOptions.applyBeforeConnect(channel, remote.getAddress(), settings);
                        }
                        channel.pipeline().addLast(handler);
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        context.close();
                    }
                });
        return settings.source() == null
                ? bootstrap.connect(remote)
                : bootstrap.connect(remote, new InetSocketAddress(settings.source(), 0));
    }

    /** TTL is left out silently: NIO cannot set it, and the system's default reaches further than what was asked for. */
    private static void checkPortable(SocketSettings settings) {
        if (settings.password() != null) {
            throw SocketOptions.unsupported("TCP_MD5SIG", null);
        }
        if (settings.device() != null) {
            throw SocketOptions.unsupported("SO_BINDTODEVICE", null);
        }
        if (settings.minTtl() != 0) {
            throw SocketOptions.unsupported("IP_MINTTL", null);
        }
    }

    @Override
    public TransportListener listen(InetSocketAddress local, Acceptor acceptor) {
        EventLoop loop = nextLoop().eventLoop();
        ServerChannel channel = loop.<ServerChannel>submit(() -> epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel())
                .syncUninterruptibly().getNow();
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        open.add(channel);
        channel.pipeline().addLast(new AcceptHandler(acceptor, open));
        ChannelFuture bound = loop.register(channel).awaitUninterruptibly();
        if (bound.isSuccess()) {
            bound = channel.bind(local).awaitUninterruptibly();
        }
        if (!bound.isSuccess()) {
            channel.close().awaitUninterruptibly();
            throw bindFailed(local, bound.cause());
        }
        forgetThread();
        return new ChannelListener(channel, epoll);
    }

    @Override
    public ChannelFuture listen(TransportLoop loop, InetSocketAddress local, boolean foreign, Acceptor acceptor) {
        return onLoop(loop, () -> {
            ServerChannel channel = epoll ? new EpollServerSocketChannel(family(local)) : new NioServerSocketChannel(
                    SelectorProvider.provider(), family(local));
            channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
            channel.pipeline().addLast(new AcceptHandler(acceptor, open));
            return channel;
        }, (channel, done) -> bind(channel, local, foreign, done));
    }

    @Override
    public ChannelFuture datagrams(TransportLoop loop, InetSocketAddress local, boolean foreign, ChannelHandler handler) {
        return onLoop(loop, () -> datagramChannel(local, handler), (channel, done) -> bind(channel, local, foreign, done));
    }

    @Override
    public ChannelFuture connectDatagrams(TransportLoop loop, InetSocketAddress remote, ChannelHandler handler) {
        return onLoop(loop, () -> datagramChannel(remote, handler), (channel, done) -> channel.connect(remote, done));
    }

    private Channel datagramChannel(InetSocketAddress address, ChannelHandler handler) {
        Channel channel = epoll ? new EpollDatagramChannel(family(address)) : new NioDatagramChannel(family(address));
        // Netty's default would cut off what is longer than 2048 octets.
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(LONGEST_DATAGRAM));
        channel.pipeline().addLast(handler);
        return channel;
    }

    /** Not left to the transport, whose 0.0.0.0 would be every IPv6 address, too. */
    private static SocketProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    }

    private void bind(Channel channel, InetSocketAddress local, boolean foreign, ChannelPromise done) {
        if (foreign && !(epoll && channel.config().setOption(EpollChannelOption.IP_FREEBIND, true))) {
            done.setFailure(SocketOptions.unsupported("IP_FREEBIND", null));
            return;
        }
        if (epoll && local.getAddress() instanceof Inet6Address) {
            SocketOptions.applyIpv6Only(channel); // so that 0.0.0.0 and :: can be bound beside one another
        }
        channel.bind(local, done);
    }

    /** Makes the channel on the thread of its loop, whose network namespace it is then in, and goes on when it is registered there. */
    private ChannelFuture onLoop(TransportLoop loop, Supplier<Channel> maker, BiConsumer<Channel, ChannelPromise> next) {
        EventLoop eventLoop = loop.eventLoop();
        if (!eventLoop.inEventLoop()) {
            throw new IllegalStateException("not called on loop " + loop.name());
        }
        Channel channel = maker.get();
        open.add(channel);
        ChannelPromise done = channel.newPromise();
        done.addListener(result -> {
            if (!result.isSuccess()) {
                channel.close();
            }
        });
        eventLoop.register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                next.accept(channel, done);
            } else {
                done.setFailure(registered.cause());
            }
        });
        return done;
    }

    private static RoadsteadException bindFailed(InetSocketAddress local, Throwable cause) {
        String subject = "listener " + local.getAddress().getHostAddress() + " port " + local.getPort();
        String text = String.valueOf(cause.getMessage());
        if (text.contains("Permission denied")) {
            return new RoadsteadException(CommonErrorCode.PERMISSION, subject, "the system does not permit it",
                    "choose a port above 1023 or grant CAP_NET_BIND_SERVICE", cause);
        }
        if (cause instanceof BindException || text.contains("in use")) {
            return new RoadsteadException(CommonErrorCode.ADDRESS_IN_USE, subject, text, "choose another port or stop what holds it",
                    cause);
        }
        return new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, subject, "cannot listen: " + cause,
                "name an address of this machine and a port that is free", cause);
    }

    @Override
    public void apply(Channel connected, SocketSettings settings) {
        if (!(connected.remoteAddress() instanceof InetSocketAddress remote)) {
            return; // gone already
        }
        if (epoll) {
            SocketOptions.applyToConnected(connected, remote.getAddress(), settings);
        } else {
            checkPortable(settings.withDevice(null));
        }
    }

    @Override
    public boolean allSettings() {
        return epoll;
    }

    @Override
    public void close() {
        open.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        boolean ended =
                group.shutdownGracefully(0, CLOSE_SECONDS - 2, TimeUnit.SECONDS).awaitUninterruptibly(CLOSE_SECONDS - 1, TimeUnit.SECONDS);
        if (!ended) {
            log.warn("event loops did not end in time seconds={}", CLOSE_SECONDS);
        }
        forgetThread();
    }

    /** What Netty leaves at a thread that is not its own would keep this plugin's classes for as long as that thread lives. */
    private static void forgetThread() {
        FastThreadLocal.removeAll();
    }
}
