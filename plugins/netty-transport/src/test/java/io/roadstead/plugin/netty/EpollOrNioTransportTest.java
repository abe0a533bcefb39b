package io.roadstead.plugin.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.config.Secret;
import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.netty.api.Acceptor.Admission;
import io.roadstead.plugin.netty.api.SocketSettings;
import io.roadstead.plugin.netty.api.TransportListener;
import io.roadstead.plugin.netty.api.TransportLoop;

class EpollOrNioTransportTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    /** A connect that TCP MD5 or GTSM drops stays without an answer for ever; a good one on loopback takes microseconds. */
    private static final long UNANSWERED_MILLIS = 400;

    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private EpollOrNioTransport transport;
    private TransportLoop acceptLoop;

    @BeforeEach
    void open() {
        transport = EpollOrNioTransport.best(2);
        acceptLoop = transport.nextLoop();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAcceptedConnectionLivesOnTheLoopThatTheAcceptorNamed(boolean epoll) throws Exception {
        assumeTrue(!epoll || Epoll.isAvailable(), "no epoll here");
        EpollOrNioTransport chosen = new EpollOrNioTransport(2, epoll, new DefaultThreadFactory("test", true));
        TransportLoop named = chosen.nextLoop();
        try (TransportListener listener = chosen.listen(loopback(0), remote -> new Admission(named, new Keep()))) {
            ChannelFuture connected = chosen.connect(chosen.nextLoop(), listener.localAddress(),
                    SocketSettings.DEFAULT.withSource(InetAddress.ofLiteral("127.0.0.9")), new Keep());

            assertThat(connected.await(20, TimeUnit.SECONDS)).isTrue();
            Channel child = accepted.poll(20, TimeUnit.SECONDS);

            assertThat(child).isNotNull();
            assertThat(child.eventLoop()).isSameAs(named.eventLoop());
            assertThat(((InetSocketAddress) child.remoteAddress()).getAddress().getHostAddress()).isEqualTo("127.0.0.9");
        } finally {
            chosen.close();
        }
    }

    @Test
    void whoAsksWhichChannelsALoopTakesIsToldEpolls() {
        assumeTrue(Epoll.isAvailable(), "no epoll here");

        assertThat(acceptLoop.eventLoop()).isInstanceOfSatisfying(IoEventLoop.class, loop -> {
            assertThat(loop.isIoType(EpollIoHandler.class)).isTrue();
            assertThat(loop.isIoType(NioIoHandler.class)).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatHasEndedGetsAllHoweverSlowlyItTakesIt(boolean epoll) throws Exception {
        assumeTrue(!epoll || Epoll.isAvailable(), "no epoll here");
        EpollOrNioTransport chosen = new EpollOrNioTransport(1, epoll, new DefaultThreadFactory("test", true));
        try (TransportListener listener = chosen.listen(loopback(0), remote -> new Admission(chosen.nextLoop(), new AnswersAtTheEnd()));
                Socket peer = new Socket()) {
            peer.setReceiveBufferSize(64 * 1024);
            peer.connect(listener.localAddress());

            peer.shutdownOutput();

            assertThat(peer.getInputStream().readAllBytes()).hasSize(AnswersAtTheEnd.BYTES);
        } finally {
            chosen.close();
        }
    }

    @Test
    void aPortInUseIsNamedWithItsRemedy() {
        try (TransportListener listener = listen()) {
            assertThatThrownBy(() -> transport.listen(listener.localAddress(), remote -> new Admission(acceptLoop, new Keep())))
                    .isInstanceOfSatisfying(RoadsteadException.class, e -> {
                        assertThat(e.code()).isEqualTo(CommonErrorCode.ADDRESS_IN_USE);
                        assertThat(e.remedy()).isNotEmpty();
                    });
        }
    }

    @Test
    void closingAListenerFreesThePort() {
        InetSocketAddress address;
        try (TransportListener listener = listen()) {
            address = listener.localAddress();
        }

        try (TransportListener again = transport.listen(address, remote -> new Admission(acceptLoop, new Keep()))) {
            assertThat(again.localAddress()).isEqualTo(address);
        }
    }

    @Test
    void anUnknownDeviceFailsTheConnectAndNothingElse() {
        assumeTrue(transport.allSettings(), "no epoll here");
        try (TransportListener listener = listen()) {
            ChannelFuture failed = connect(listener, SocketSettings.DEFAULT.withDevice("no-such-dev0"));

            assertThat(failed.awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
            assertThat(failed.isSuccess()).isFalse();
            assertConnects(listener, SocketSettings.DEFAULT);
        }
    }

    @Test
    void generalizedTtlSecurityDropsWhatCameFromFurtherAway() throws Exception {
        assumeTrue(transport.allSettings(), "no epoll here");
        try (TransportListener listener = listen()) {
            Channel near = connect(listener, SocketSettings.DEFAULT.withTtl(255)).awaitUninterruptibly().channel();
            Channel nearChild = accepted.poll(20, TimeUnit.SECONDS);
            Channel far = connect(listener, SocketSettings.DEFAULT.withTtl(64)).awaitUninterruptibly().channel();
            Channel farChild = accepted.poll(20, TimeUnit.SECONDS);
            assertThat(nearChild).isNotNull();
            assertThat(farChild).isNotNull();
            SocketSettings secured = SocketSettings.DEFAULT.withTtl(255).withMinTtl(255);
            transport.apply(nearChild, secured);
            transport.apply(farChild, secured);

            near.close();
            far.close();

            assertThat(nearChild.closeFuture().await(20, TimeUnit.SECONDS)).as("near FIN arrives").isTrue();
            assertThat(farChild.closeFuture().await(UNANSWERED_MILLIS)).as("far FIN arrives").isFalse();
        }
    }

    @Test
    void passwordsAreAddedRotatedAndRemovedOnAListenerThatRuns() {
        assumeTrue(transport.allSettings(), "no epoll here");
        InetAddress remote = InetAddress.ofLiteral("127.0.0.1");
        SocketSettings unsigned = SocketSettings.DEFAULT.withSource(remote);
        try (TransportListener listener = listen()) {
            assertConnects(listener, unsigned);

            listener.passwords(Map.of(remote, Secret.of("first")));
            assertConnects(listener, unsigned.withPassword(Secret.of("first")));
            assertUnanswered(listener, unsigned.withPassword(Secret.of("wrong")));
            assertUnanswered(listener, unsigned);
            assertConnects(listener, unsigned.withSource(InetAddress.ofLiteral("127.0.0.7")));

            listener.passwords(Map.of(remote, Secret.of("second")));
            assertConnects(listener, unsigned.withPassword(Secret.of("second")));
            assertUnanswered(listener, unsigned.withPassword(Secret.of("first")));

            listener.passwords(Map.of());
            assertConnects(listener, unsigned);
        }
    }

    @Test
    void withoutEpollAPasswordIsRefusedAndNotLeftOut() {
        EpollOrNioTransport nio = new EpollOrNioTransport(1, false, new DefaultThreadFactory("test", true));
        try (TransportListener listener = nio.listen(loopback(0), remote -> new Admission(nio.nextLoop(), new Keep()))) {
            assertThatThrownBy(() -> nio.connect(nio.nextLoop(), listener.localAddress(),
                    SocketSettings.DEFAULT.withPassword(Secret.of("x")), new Keep()))
                    .isInstanceOf(RoadsteadException.class).hasMessageContaining("TCP_MD5SIG");
            assertThatThrownBy(() -> listener.passwords(Map.of(InetAddress.getLoopbackAddress(), Secret.of("x"))))
                    .isInstanceOf(RoadsteadException.class);
        } finally {
            nio.close();
        }
    }

    @RepeatedTest(20) // the loops' own end is a race that they may lose
    void closeEndsEveryThreadAndChannelWithinFiveSeconds() throws Exception {
        TransportListener listener = listen();
        Channel client = connect(listener, SocketSettings.DEFAULT).awaitUninterruptibly().channel();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        client.eventLoop().execute(() -> thread.complete(Thread.currentThread()));
        long begun = System.nanoTime();

        transport.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
        assertThat(client.isOpen()).isFalse();
        assertThat(thread.get().join(SOON)).isTrue();
    }

    @Test
    void aTaskThatThrowsDoesNotStopTheLoop() throws Exception {
        TransportLoop loop = transport.nextLoop();
        CompletableFuture<Boolean> later = new CompletableFuture<>();

        loop.execute(() -> {
            throw new IllegalStateException("planted");
        });
        loop.schedule(Duration.ofMillis(1), () -> later.complete(loop.inLoop()));

        assertThat(later.get(20, TimeUnit.SECONDS)).isTrue();
    }

    private TransportListener listen() {
        return transport.listen(loopback(0), remote -> new Admission(acceptLoop, new Keep()));
    }

    private ChannelFuture connect(TransportListener listener, SocketSettings settings) {
        return transport.connect(transport.nextLoop(), listener.localAddress(), settings, new ChannelInboundHandlerAdapter());
    }

    private void assertConnects(TransportListener listener, SocketSettings settings) {
        ChannelFuture connected = connect(listener, settings);
        assertThat(connected.awaitUninterruptibly(20, TimeUnit.SECONDS)).as("answered").isTrue();
        assertThat(connected.cause()).isNull();
        connected.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        connected.channel().close().awaitUninterruptibly();
    }

    private void assertUnanswered(TransportListener listener, SocketSettings settings) {
        ChannelFuture connected = connect(listener, settings);
        assertThat(connected.awaitUninterruptibly(UNANSWERED_MILLIS)).as("answered").isFalse();
        connected.channel().close().awaitUninterruptibly();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private final class Keep extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (context.channel().parent() != null) {
                accepted.add(context.channel());
            }
        }
    }

    /** Says more than any buffer holds when its peer has said all, and not before the loop has come to rest over that. */
    private static final class AnswersAtTheEnd extends ChannelInboundHandlerAdapter {
        private static final int BYTES = 32 << 20;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            context.channel().config().setAutoClose(false);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                context.executor().execute(
                        () -> context.writeAndFlush(Unpooled.wrappedBuffer(new byte[BYTES])).addListener(ChannelFutureListener.CLOSE));
            }
        }
    }
}
