package io.roadstead.plugin.mesh.etcd.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.grpc.ManagedChannel;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.InternalThreadLocalMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.plugin.netty.api.TransportLoop;

/** Finds addresses and makes channels, on the loops of the transport and on no other thread. Safe for any thread. */
public final class Dialer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dialer.class);
    private static final int CLOSE_SECONDS = 2;
    /** Of one answer; what etcd takes as one value is far smaller. */
    private static final int MOST_BYTES = 64 << 20;

    private final NettyTransport transport;
    private final ClientOptions options;
    private final TransportLoop resolving;
    private final Set<ManagedChannel> channels = ConcurrentHashMap.newKeySet();
    private @Nullable DnsNameResolver resolver;
    private boolean closed;

    public Dialer(NettyTransport transport, ClientOptions options) {
        this.transport = transport;
        this.options = options;
        this.resolving = transport.nextLoop();
    }

    /** A loop for one more store. */
    public TransportLoop nextLoop() {
        return transport.nextLoop();
    }

    /** The addresses of an endpoint: those that the target names for its host, or what DNS says. Fails with {@link java.net.UnknownHostException}. */
    public CompletionStage<List<InetAddress>> resolve(Target target, URI endpoint) {
        String host = Target.host(endpoint);
        List<InetAddress> known = target.addresses().get(host.toLowerCase(Locale.ROOT));
        if (known != null && !known.isEmpty()) {
            return CompletableFuture.completedFuture(known);
        }
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return CompletableFuture.completedFuture(List.of(InetAddress.ofLiteral(host)));
        }
        CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
        resolving.execute(() -> lookUp(host, found));
        return found;
    }

    private void lookUp(String host, CompletableFuture<List<InetAddress>> found) {
        if (closed) {
            found.completeExceptionally(new IllegalStateException("closed"));
            return;
        }
        if (resolver == null) {
            EventLoop loop = resolving.eventLoop();
            resolver = new DnsNameResolverBuilder(loop)
                    .datagramChannelFactory(() -> isEpoll(loop) ? new EpollDatagramChannel() : new NioDatagramChannel())
                    .socketChannelFactory(() -> isEpoll(loop) ? new EpollSocketChannel() : new NioSocketChannel())
                    .build();
        }
        resolver.resolveAll(host).addListener((Future<List<InetAddress>> answer) -> {
            if (answer.isSuccess()) {
                found.complete(new ArrayList<>(answer.getNow()));
            } else {
                found.completeExceptionally(Objects.requireNonNull(answer.cause()));
            }
        });
    }

    /**
     * A channel to one address of an endpoint, on the loop; it connects at its first call.
     *
     * @param tls null for http
     */
    public ManagedChannel channel(Target target, URI endpoint, InetAddress address, @Nullable SslContext tls, TransportLoop loop) {
        EventLoop eventLoop = loop.eventLoop();
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(new InetSocketAddress(address, Target.port(endpoint)))
                .eventLoopGroup(eventLoop)
                .channelFactory(() -> newSocket(eventLoop))
                .executor(eventLoop)
                .offloadExecutor(eventLoop)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) options.dialTimeout().toMillis())
                .keepAliveTime(options.keepaliveTime().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(options.keepaliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .maxInboundMessageSize(MOST_BYTES)
                .disableRetry()
                .userAgent("roadstead")
                .overrideAuthority(target.serverName() == null ? endpoint.getHost() + ":" + Target.port(endpoint) : target.serverName());
        ManagedChannel channel = tls == null ? builder.negotiationType(NegotiationType.PLAINTEXT).build() : builder.sslContext(tls).build();
        channels.removeIf(ManagedChannel::isTerminated);
        channels.add(channel);
        return channel;
    }

    private static Channel newSocket(EventLoop loop) {
        return isEpoll(loop) ? new EpollSocketChannel() : new NioSocketChannel();
    }

    private static boolean isEpoll(EventLoop loop) {
        return loop instanceof io.netty.channel.IoEventLoop io && io.isIoType(EpollIoHandler.class);
    }

    /** Ends every channel and returns when its last task has run, or after four seconds. The stores have been closed. Not called on a loop of the transport. */
    @Override
    public void close() {
        drain();
        channels.forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : channels) {
                if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    log.warn("a connection to etcd did not end in time seconds={}", CLOSE_SECONDS);
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        resolving.execute(() -> {
            closed = true;
            if (resolver != null) {
                resolver.close();
            }
        });
        drain();
        transport.loops().forEach(loop -> loop.execute(Dialer::forgetClasses));
        drain();
    }

    /** Netty remembers per thread, by class, what handlers take: it would keep this plugin's classes for as long as the loops live. Only caches are cleared. */
    private static void forgetClasses() {
        InternalThreadLocalMap thread = InternalThreadLocalMap.get();
        thread.typeParameterMatcherFindCache().clear();
        thread.typeParameterMatcherGetCache().clear();
    }

    /** Twice, as the last task of a channel gives another one. */
    private void drain() {
        for (int i = 0; i < 2; i++) {
            CompletableFuture<?>[] rests =
                    transport.loops().stream().map(loop -> loop.submit(() -> true)).toArray(CompletableFuture<?>[]::new);
            try {
                CompletableFuture.allOf(rests).get(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                log.warn("a loop did not come to rest cause={}", e.toString());
            }
        }
    }
}
