package io.roadstead.plugin.proxy.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/** One of a session's two connections: moves what it reads to the other, no faster than the other takes it. Confined to the session's loop. */
final class Side extends ChannelInboundHandlerAdapter {

    private final TcpSession session;
    private final boolean client;
    private @Nullable Channel channel;
    private @Nullable Side other;
    /** What arrived while the other side was not there yet; bounded as what waits for a slow receiver is. */
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private int earlyBytes;
    private final ChannelFutureListener written = done -> {
        if (!done.isSuccess()) {
            outputBroken();
        }
    };
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean splicing;
    private long bytes;

    Side(TcpSession session, boolean client) {
        this.session = session;
        this.client = client;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Channel added = context.channel();
        channel = added;
        ProxyConfig config = session.config();
        ChannelConfig settings = added.config();
        // What a client says first is read while its backend is being connected to, and is there when that is done.
        settings.setAutoRead(client);
        // A side whose output broke may still have something to say: the session ends it, not a failed write.
        settings.setAutoClose(false);
        settings.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        settings.setWriteBufferWaterMark(new WriteBufferWaterMark(config.bufferBytes() / 2, config.bufferBytes()));
        settings.setConnectTimeoutMillis((int) config.connectTimeout().toMillis());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (client) {
            session.begin();
        }
    }

    /** Both connections are there: what one reads, the other writes. */
    void link(Side to) {
        other = to;
        for (ByteBuf waiting = early.poll(); waiting != null; waiting = early.poll()) {
            count(waiting.readableBytes());
            to.write(waiting);
        }
        to.channel().flush();
        if (inputEnded) {
            to.finish();
        } else {
            channel().config().setAutoRead(to.channel().isWritable());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        Side to = other;
        if (session.closed() || inputEnded) {
            data.release();
        } else if (to == null) {
            early.add(data);
            earlyBytes += data.readableBytes();
            if (earlyBytes >= session.config().bufferBytes()) {
                context.channel().config().setAutoRead(false);
            }
        } else {
            count(data.readableBytes());
            to.write(data);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Side to = other;
        if (to == null || session.closed()) {
            return;
        }
        Channel target = to.channel();
        target.flush();
        if (splicing) {
            readOn(to);
        } else if (!target.isWritable()) {
            context.channel().config().setAutoRead(false);
        } else if (wantsSplice(to)) {
            splicing = true;
            context.channel().config().setAutoRead(false);
            splice(to);
            readOn(to);
        }
    }

    /**
     * Reads once more when what was read has gone: by hand, because Netty's splice would turn automatic reading on again at a channel whose input has ended
     * meanwhile, and close it over that.
     */
    private void readOn(Side to) {
        to.channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (done.isSuccess()) {
                channel().eventLoop().execute(this::readAgain); // not within the read that has just been: its end would forget this one
            }
        });
    }

    private void readAgain() {
        if (!inputEnded && !session.closed()) {
            channel().read();
        }
    }

    private boolean wantsSplice(Side to) {
        long after = session.config().spliceAfter();
        return after > 0 && bytes >= after && !inputEnded && Splice.possible(channel(), to.channel());
    }

    private void splice(Side to) {
        Splice.step(channel(), to.channel(), done -> {
            if (session.closed() || inputEnded) {
                return;
            }
            if (done.isSuccess()) {
                count(Splice.STEP);
                splice(to);
            } else {
                session.abort();
            }
        });
    }

    private void count(int moved) {
        bytes += moved;
        session.moved(client, moved);
    }

    /** Whether nothing has been received for that long, as far as the system knows. */
    boolean quiet(Duration time) {
        return !splicing || Splice.idleMillis(channel()) >= time.toMillis();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Side from = other;
        if (from != null && !from.inputEnded && !from.splicing && !session.closed()) {
            from.channel().config().setAutoRead(context.channel().isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            endInput();
        }
    }

    private void endInput() {
        if (inputEnded || session.closed()) {
            return;
        }
        inputEnded = true;
        Side to = other;
        if (to != null) {
            if (splicing) {
                moveRest(to);
            }
            to.finish();
        }
    }

    private void moveRest(Side to) {
        try {
            ByteBuf rest = Splice.rest(channel());
            count(rest.readableBytes());
            to.write(rest);
        } catch (IOException e) {
            session.abort();
        }
    }

    /** Nothing more will be written here: tells so once all of it has gone. */
    private void finish() {
        channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (!session.closed()) {
                outputEnded = true;
                session.sideEnded();
                if (!session.closed() && channel() instanceof DuplexChannel duplex) {
                    duplex.shutdownOutput();
                }
            }
        });
    }

    void write(ByteBuf data) {
        channel().write(data).addListener(written);
    }

    /** This side takes nothing more, but what it has to say is still passed on. */
    private void outputBroken() {
        Side from = other;
        if (outputEnded || from == null || session.closed()) {
            return;
        }
        outputEnded = true;
        from.inputEnded = true;
        from.channel().config().setAutoRead(false);
        session.sideEnded();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        session.abort(); // reset by its peer: the other side gets to know just that
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.abort();
    }

    boolean ended() {
        return inputEnded && outputEnded;
    }

    boolean inputEnded() {
        return inputEnded;
    }

    long bytes() {
        return bytes;
    }

    Channel channel() {
        return Objects.requireNonNull(channel);
    }

    /** Lets go of what was not passed on, and of the connection. */
    void release(boolean reset) {
        early.forEach(ByteBuf::release);
        early.clear();
        if (channel != null) {
            if (reset) {
                Refusal.reset(channel);
            } else {
                channel.close();
            }
        }
    }
}
