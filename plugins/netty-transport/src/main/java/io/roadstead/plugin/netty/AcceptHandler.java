package io.roadstead.plugin.netty;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.plugin.netty.api.Acceptor;
import io.roadstead.plugin.netty.api.Acceptor.Admission;

/** Gives each accepted connection to the loop and the handler that the acceptor names: what Netty's own bootstrap cannot, since it picks the loop itself. */
final class AcceptHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(AcceptHandler.class);

    private final Acceptor acceptor;
    private final ChannelGroup open;

    AcceptHandler(Acceptor acceptor, ChannelGroup open) {
        this.acceptor = acceptor;
        this.open = open;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel child = (Channel) message;
        if (!(child.remoteAddress() instanceof InetSocketAddress remote)) {
            child.unsafe().closeForcibly(); // gone again before it was accepted
            return;
        }
        try {
            Admission admission = acceptor.admit(remote);
            child.pipeline().addLast(admission.handler());
            admission.loop().eventLoop().register(child).addListener(done -> {
                if (done.isSuccess()) {
                    open.add(child);
                } else {
                    child.unsafe().closeForcibly();
                }
            });
        } catch (RuntimeException e) {
            log.error("cannot accept remote={}", remote, e);
            child.unsafe().closeForcibly();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Most likely out of file descriptors: taking a breath beats spinning on accept.
        ChannelConfig config = context.channel().config();
        if (config.isAutoRead()) {
            config.setAutoRead(false);
            context.channel().eventLoop().schedule(() -> config.setAutoRead(true), 1, TimeUnit.SECONDS);
        }
        log.warn("accept failed, pausing for a second local={} cause={}", context.channel().localAddress(), cause.toString());
    }
}
