package io.roadstead.plugin.proxy.relay;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowTables.Connection;
import io.roadstead.api.lb.FlowTables.Translation;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.ProxyDispatch.ClientAddress;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.proxy.select.BackendKey;
import io.roadstead.plugin.proxy.select.Choice;
import io.roadstead.plugin.proxy.select.Client;
import io.roadstead.plugin.proxy.select.Reason;
import io.roadstead.plugin.proxy.select.Serving;

/** The datagrams of one client and its backend. Confined to the loop of its bind. */
public final class UdpFlow extends ChannelInboundHandlerAdapter {

    /** Datagrams that wait for the socket to be made, which takes one turn of the loop. */
    private static final int MOST_EARLY = 16;
    /** A read has a buffer for the longest datagram: what is shorter is not to keep it while it waits. */
    private static final int WORTH_A_COPY = 4096;

    private final UdpBind bind;
    private final InetSocketAddress address;
    private final Client client;
    private final Choice.Forward choice;
    private final ClientAddress told;
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private Serving seen;
    private @Nullable Channel channel;
    private boolean connected;
    private boolean closed;
    private long lastActive;

    UdpFlow(UdpBind bind, InetSocketAddress address, Client client, Choice.Forward choice, ClientAddress told) {
        this.bind = bind;
        this.address = address;
        this.client = client;
        this.choice = choice;
        this.told = told;
        seen = bind.serving();
        lastActive = bind.worker().now();
    }

    void open() {
        InetSocketAddress backend = new InetSocketAddress(choice.backend().address().toInetAddress(), choice.backend().port());
        bind.environment().transport().connectDatagrams(bind.worker().loop(), backend, this).addListener(done -> {
            if (done.isSuccess() && !closed) {
                connected = true;
                for (ByteBuf waiting = early.poll(); waiting != null; waiting = early.poll()) {
                    send(waiting);
                }
            } else if (!done.isSuccess()) {
                bind.environment().traffic().connectFailed();
                close();
            }
        });
    }

    /** Whether its backend is still one of the frontend's. Cheap while nothing has changed. */
    boolean mayGoOn() {
        Serving now = bind.serving();
        if (now.equals(seen)) {
            return true;
        }
        seen = now;
        return now.keeps(choice.state().frontend().scope(), BackendKey.of(choice.backend()));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    void toBackend(ByteBuf data) {
        lastActive = bind.worker().now();
        if (connected) {
            send(data);
        } else if (early.size() < MOST_EARLY) {
            early.add(data);
        } else {
            overrun(data);
        }
    }

    private void send(ByteBuf data) {
        Channel backend = channel;
        if (backend == null || !backend.isWritable()) {
            overrun(data);
            return;
        }
        bind.environment().traffic().datagram(true, data.readableBytes());
        if (told == ClientAddress.PROXY_PROTOCOL_V2) {
            Frontend to = frontend();
            ByteBuf header = ProxyHeader.encode(backend.alloc(), to.protocol(), client, to.address(), to.port());
            backend.writeAndFlush(header.writeBytes(data));
            data.release();
        } else {
            backend.writeAndFlush(data);
        }
    }

    private void overrun(ByteBuf data) {
        bind.environment().traffic().end(Reason.OVERRUN);
        data.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = ((DatagramPacket) message).content();
        lastActive = bind.worker().now();
        if (data.readableBytes() < WORTH_A_COPY) {
            ByteBuf copy = context.alloc().directBuffer(data.readableBytes()).writeBytes(data);
            data.release();
            data = copy;
        }
        bind.toClient(address, data);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        bind.flushToClients();
    }

    /** Nobody listens at the backend: the client's next datagram begins a new flow. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        bind.environment().traffic().connectFailed();
        close();
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        early.forEach(ByteBuf::release);
        early.clear();
        bind.ended(address, this);
        bind.environment().feed().ended(choice.state().frontend(), client, choice.state(), choice.backend());
        if (channel != null) {
            channel.close();
        }
    }

    long lastActive() {
        return lastActive;
    }

    /** The frontend that the client sends to. */
    public Frontend frontend() {
        return choice.state().frontend();
    }

    /** For views; on the loop. */
    public Connection view(long serviceId) {
        FrontendState state = choice.state();
        Duration idle = Duration.ofSeconds(bind.worker().now() - lastActive);
        Duration left = bind.environment().config().get().udpIdleTimeout().minus(idle);
        Flow flow = new Flow(frontend().protocol(), client.address(), client.port(), frontend().address(), frontend().port());
        return new Connection(flow, serviceId, state.service(), choice.backend().address(), choice.backend().port(), state.dispatch(),
                "any",
                idle, left.isNegative() ? Duration.ZERO : left);
    }

    /** For views; on the loop; empty before the socket is there. */
    public Optional<Translation> translation(long serviceId) {
        if (channel == null || !(channel.localAddress() instanceof InetSocketAddress local)) {
            return Optional.empty();
        }
        Flow reply = new Flow(frontend().protocol(), choice.backend().address(), choice.backend().port(), IpAddress.of(local.getAddress()),
                local.getPort());
        Flow translated = new Flow(frontend().protocol(), frontend().address(), frontend().port(), client.address(), client.port());
        return Optional.of(new Translation(reply, translated, serviceId, Duration.ofSeconds(bind.worker().now() - lastActive)));
    }
}
