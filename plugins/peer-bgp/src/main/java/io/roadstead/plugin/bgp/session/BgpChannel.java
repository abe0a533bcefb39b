package io.roadstead.plugin.bgp.session;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

import io.roadstead.plugin.bgp.codec.BgpError;
import io.roadstead.plugin.bgp.codec.BgpMessage;
import io.roadstead.plugin.bgp.codec.CodecOptions;
import io.roadstead.plugin.bgp.codec.DecodeResult;
import io.roadstead.plugin.bgp.codec.MessageDecoder;
import io.roadstead.plugin.bgp.codec.MessageEncoder;
import io.roadstead.plugin.netty.api.TransportLoop;

/** One TCP connection as messages. Its owner is told on the channel's loop, and nothing any more once it let go. */
final class BgpChannel extends ByteToMessageDecoder {

    /** How long a closing connection waits for the peer to read the last message. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final TransportLoop loop;
    private final boolean outgoing;
    private final MessageDecoder decoder = new MessageDecoder();
    private @Nullable Owner owner;
    private @Nullable Channel channel;
    private String failure = "closed by the peer";

    BgpChannel(TransportLoop loop, boolean outgoing, Owner owner) {
        this.loop = loop;
        this.outgoing = outgoing;
        this.owner = owner;
    }

    /** Who connected. */
    boolean outgoing() {
        return outgoing;
    }

    void owner(Owner changed) {
        owner = changed;
    }

    /** The Netty channel; connected once {@link Owner#opened} was called. */
    Channel netty() {
        if (channel == null) {
            throw new IllegalStateException("not registered");
        }
        return channel;
    }

    void options(CodecOptions agreed) {
        decoder.options(agreed);
    }

    void send(BgpMessage.Open open) {
        write(out -> MessageEncoder.open(out, open));
    }

    void sendKeepalive() {
        write(MessageEncoder::keepalive);
    }

    void send(BgpMessage.RouteRefresh refresh) {
        write(out -> MessageEncoder.routeRefresh(out, refresh));
    }

    /** Writes messages and flushes them. */
    void write(Consumer<ByteBuf> encoder) {
        Channel open = netty();
        ByteBuf out = open.alloc().buffer();
        encoder.accept(out);
        open.writeAndFlush(out, open.voidPromise());
    }

    boolean writable() {
        return channel != null && channel.isWritable();
    }

    /** Lets go and closes. */
    void close() {
        owner = null;
        if (channel != null) {
            channel.close();
        }
    }

    /**
     * Lets go, sends the last message and closes once the peer has had the chance to read it: closing at once would have the system answer what is still on its way
     * with a RST, which discards the message at the peer.
     */
    void finish(BgpMessage.Notification last) {
        owner = null;
        Channel open = channel;
        if (open == null || !open.isActive()) {
            close();
            return;
        }
        ByteBuf out = open.alloc().buffer();
        MessageEncoder.notification(out, last);
        open.writeAndFlush(out).addListener(_ -> {
            if (open instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        });
        loop.schedule(LINGER, open::close);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (owner != null) {
            owner.opened(this);
        } else {
            context.close(); // let go while it was still connecting
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (owner == null) {
            in.skipBytes(in.readableBytes());
            return;
        }
        Owner told = owner;
        decoder.decode(in).ifPresent(result -> {
            switch (result) {
                case DecodeResult.Decoded decoded -> told.received(this, decoded.message());
                case DecodeResult.Refused refused -> told.refused(this, refused.error());
            }
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        if (owner != null) {
            owner.closed(this, failure);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (owner != null) {
            owner.writabilityChanged(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failure = Failures.text(cause);
        context.close();
    }

    /** What a connection tells. */
    interface Owner {
        void opened(BgpChannel source);

        void received(BgpChannel source, BgpMessage message);

        void refused(BgpChannel source, BgpError error);

        void writabilityChanged(BgpChannel source);

        /** It is gone, and not because of the owner. */
        void closed(BgpChannel source, String cause);
    }
}
