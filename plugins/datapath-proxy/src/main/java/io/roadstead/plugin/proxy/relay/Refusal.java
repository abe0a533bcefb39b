package io.roadstead.plugin.proxy.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;

/** Ends an accepted connection at once. */
final class Refusal extends ChannelInboundHandlerAdapter {

    private final boolean reset;

    /** @param reset whether the client sees a reset; otherwise an orderly end, the least that a userspace process can say */
    Refusal(boolean reset) {
        this.reset = reset;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (reset) {
            reset(context.channel());
        } else {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** Closes with a reset instead of an orderly end: what was to come does not. */
    static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }
}
