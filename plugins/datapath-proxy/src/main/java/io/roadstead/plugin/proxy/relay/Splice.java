package io.roadstead.plugin.proxy.relay;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;

/** Moves what one connection receives to another within the system, through a pipe, without a copy in this process. Linux only. */
final class Splice {

    /** What is moved before it is counted. */
    static final int STEP = 256 * 1024;
    private static final int READ = 64 * 1024;

    private Splice() {
    }

    /** Whether these connections can; what was written to the second must be gone, or the bytes would overtake it. */
    static boolean possible(Channel from, Channel to) {
        if (!(from instanceof EpollSocketChannel) || !(to instanceof EpollSocketChannel)) {
            return false;
        }
        ChannelOutboundBuffer waiting = to.unsafe().outboundBuffer();
        return waiting != null && waiting.isEmpty();
    }

    /** Moves {@link #STEP} bytes. From then on nothing is read from the channel by other means until that is done. */
    @SuppressWarnings("deprecation") // Netty means to drop it and has nothing in its place; without it the copy in between is all that changes
    static void step(Channel from, Channel to, ChannelFutureListener done) {
        ((EpollSocketChannel) from).spliceTo((EpollSocketChannel) to, STEP).addListener(done);
    }

    /**
     * Reads what the system still holds after it has reported the end of a connection's input: Netty's splice stops at that report, though there may be more
     * than it took in one go. At most a receive buffer.
     */
    static ByteBuf rest(Channel from) throws IOException {
        FileDescriptor descriptor = ((EpollSocketChannel) from).fd();
        ByteBuf rest = from.alloc().directBuffer(READ);
        try {
            while (true) {
                rest.ensureWritable(READ);
                int count = descriptor.read(rest.nioBuffer(rest.writerIndex(), READ), 0, READ);
                if (count <= 0) {
                    return rest;
                }
                rest.writerIndex(rest.writerIndex() + count);
            }
        } catch (IOException e) {
            rest.release();
            throw e;
        }
    }

    /** How long ago the connection received something, in milliseconds: bytes that are spliced are not seen otherwise. */
    static long idleMillis(Channel channel) {
        return channel instanceof EpollSocketChannel epoll && epoll.isOpen() ? epoll.tcpInfo().lastDataRecv() : Long.MAX_VALUE;
    }
}
