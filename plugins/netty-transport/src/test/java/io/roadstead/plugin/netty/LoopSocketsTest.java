package io.roadstead.plugin.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.plugin.netty.api.Acceptor.Admission;
import io.roadstead.plugin.netty.api.SocketSettings;
import io.roadstead.plugin.netty.api.TransportLoop;

/** Sockets that are made on a loop, without waiting. */
class LoopSocketsTest {

    private EpollOrNioTransport transport = EpollOrNioTransport.best(2);
    private TransportLoop loop = transport.nextLoop();
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        transport.close();
    }

    private void use(boolean epoll) {
        transport.close();
        transport = epoll ? EpollOrNioTransport.best(2) : new EpollOrNioTransport(2, false, new DefaultThreadFactory("test", true));
        loop = transport.nextLoop();
    }

    private ChannelFuture onLoop(Supplier<ChannelFuture> call) {
        ChannelFuture future = loop.eventLoop().submit(call::get).syncUninterruptibly().getNow();
        assertThat(future.awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
        return future;
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Test
    void loopsAreTheSameEachTimeAndAllOfThem() {
        assertThat(transport.loops()).hasSize(2).isEqualTo(transport.loops()).contains(loop);
    }

    @ParameterizedTest
    @CsvSource({"true, 127.0.0.1", "true, ::1", "false, 127.0.0.1", "false, ::1"})
    void aListenerOnALoopAccepts(boolean epoll, String address) throws InterruptedException {
        use(epoll);
        ChannelFuture bound = onLoop(() -> transport.listen(loop, at(address, 0), false, remote -> new Admission(loop, new Keep())));
        assertThat(bound.isSuccess()).isTrue();

        ChannelFuture connected =
                transport.connect(loop, (InetSocketAddress) bound.channel().localAddress(), SocketSettings.DEFAULT, new Keep());

        assertThat(connected.awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
        assertThat(connected.isSuccess()).isTrue();
        assertThat(accepted.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAddressOfAnotherMachineIsBoundOnlyWhenThatIsWantedAndPossible(boolean epoll) {
        use(epoll);
        ChannelFuture plain = onLoop(() -> transport.listen(loop, at("203.0.113.7", 0), false, remote -> new Admission(loop, new Keep())));
        ChannelFuture foreign = onLoop(() -> transport.listen(loop, at("203.0.113.7", 0), true, remote -> new Admission(loop, new Keep())));
        ChannelFuture datagrams = onLoop(() -> transport.datagrams(loop, at("2001:db8::7", 0), true, new Keep()));

        assertThat(plain.isSuccess()).isFalse();
        assertThat(plain.channel().isOpen()).isFalse();
        assertThat(foreign.isSuccess()).isEqualTo(transport.allSettings());
        assertThat(datagrams.isSuccess()).isEqualTo(transport.allSettings());
    }

    @ParameterizedTest
    @CsvSource({"true, 127.0.0.1", "true, ::1", "false, 127.0.0.1", "false, ::1"})
    void theLongestDatagramArrivesWhole(boolean epoll, String address) throws InterruptedException {
        use(epoll);
        ChannelFuture bound = onLoop(() -> transport.datagrams(loop, at(address, 0), false, new Keep()));
        ChannelFuture connected =
                onLoop(() -> transport.connectDatagrams(loop, (InetSocketAddress) bound.channel().localAddress(), new Keep()));
        byte[] data = new byte[65_507];
        Arrays.fill(data, (byte) 7);

        connected.channel().writeAndFlush(Unpooled.wrappedBuffer(data)).syncUninterruptibly();

        assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(data);
    }

    @Test
    void aSocketIsMadeOnItsLoopOnly() {
        assertThatThrownBy(() -> transport.datagrams(loop, at("127.0.0.1", 0), false, new Keep())).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(loop.name());
    }

    /** Keeps what comes. */
    private final class Keep extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (context.channel().parent() != null) {
                accepted.add(context.channel());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf data = ((DatagramPacket) message).content();
            byte[] bytes = new byte[data.readableBytes()];
            data.readBytes(bytes);
            data.release();
            received.add(bytes);
        }
    }
}
