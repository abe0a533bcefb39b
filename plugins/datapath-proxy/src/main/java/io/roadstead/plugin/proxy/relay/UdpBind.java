package io.roadstead.plugin.proxy.relay;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.ProxyDispatch.ClientAddress;
import io.roadstead.plugin.proxy.select.Choice;
import io.roadstead.plugin.proxy.select.Client;
import io.roadstead.plugin.proxy.select.Reason;

/** Takes datagrams. Each client has a socket of its own towards its backend, on the same loop, for as long as either says something. */
public final class UdpBind extends Bind {

    private static final Logger log = LoggerFactory.getLogger(UdpBind.class);

    private final Map<InetSocketAddress, UdpFlow> flows = new HashMap<>();
    private volatile int count;

    UdpBind(Key key, Environment environment, Worker worker) {
        super(key, environment, worker);
    }

    @Override
    ChannelFuture open(InetSocketAddress local) {
        boolean foreign = environment().config().get().ipFreebind();
        return environment().transport().datagrams(worker().loop(), local, foreign, new Clients());
    }

    /** From clients. */
    private final class Clients extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            UdpFlow flow = flows.get(packet.sender());
            if (flow == null || !flow.mayGoOn()) {
                flow = begin(packet.sender(), flow);
            }
            if (flow == null) {
                packet.release();
            } else {
                flow.toBackend(packet.content());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // One datagram's fault, like an answer that a client's machine refused; the socket goes on.
            log.debug("datagram socket frontend={} cause={}", name(), cause.toString());
        }
    }

    private @Nullable UdpFlow begin(InetSocketAddress sender, @Nullable UdpFlow before) {
        if (before != null) {
            before.close();
        }
        Client client = Client.of(sender);
        Choice choice = choose(client, Set.of());
        if (choice instanceof Choice.Forward forward) {
            ClientAddress told = environment().modes().get().get(forward.state().dispatch());
            if (told == null) {
                choice = new Choice.Refuse(forward.state(), Reason.NO_DISPATCH, true);
            } else if (flows.size() >= environment().config().get().maxUdpFlowsPerFrontend()) {
                choice = new Choice.Refuse(forward.state(), Reason.FLOW_LIMIT, true);
            } else {
                UdpFlow flow = new UdpFlow(this, sender, client, forward, told);
                flows.put(sender, flow);
                count = flows.size();
                environment().traffic().udpFlowBegins();
                environment().feed().began(forward.state().frontend(), client, forward.state(), forward.backend());
                flow.open();
                return flow;
            }
        }
        refused(client, (Choice.Refuse) choice);
        return null;
    }

    /** A backend's answer. */
    void toClient(InetSocketAddress client, ByteBuf data) {
        Channel channel = channel();
        if (channel == null) {
            data.release();
        } else if (!channel.isWritable()) {
            environment().traffic().end(Reason.OVERRUN);
            data.release();
        } else {
            environment().traffic().datagram(false, data.readableBytes());
            channel.write(new DatagramPacket(data, client));
        }
    }

    void flushToClients() {
        Channel channel = channel();
        if (channel != null) {
            channel.flush();
        }
    }

    void ended(InetSocketAddress client, UdpFlow flow) {
        if (flows.remove(client, flow)) {
            count = flows.size();
            environment().traffic().udpFlowEnds();
        }
    }

    @Override
    public void tick(long now) {
        super.tick(now);
        long limit = environment().config().get().udpIdleTimeout().toSeconds();
        for (UdpFlow flow : List.copyOf(flows.values())) {
            if (now - flow.lastActive() >= limit || !flow.mayGoOn()) {
                flow.close();
            }
        }
    }

    @Override
    public void close() {
        super.close();
        List.copyOf(flows.values()).forEach(UdpFlow::close);
    }

    @Override
    public int flows() {
        return count;
    }

    /** For views; on the loop. */
    public Stream<UdpFlow> views() {
        return flows.values().stream();
    }
}
