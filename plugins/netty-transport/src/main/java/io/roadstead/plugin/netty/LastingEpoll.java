package io.roadstead.plugin.netty;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, but no channel ever leaves it before it is closed. Netty 4.2.18 to 4.2.20 takes a channel that waits for nothing out of epoll, as a half-closed one
 * does, and cannot put it back: when its peer then takes what it gets so slowly that the rest has to wait, epoll_ctl fails with ENOENT, and the peer sees an orderly
 * end in the middle of what it was to get.
 */
final class LastingEpoll implements IoHandler {

    /** Stands for no interest: errors come whether asked for or not, and edge triggered a connection that has ended both ways wakes the loop once, not for ever. */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLET);

    private final IoHandler epoll;

    private LastingEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    /** Loops that are what others, who ask by {@code isIoType} which kind of channel they take, know as epoll's. */
    static EventLoopGroup newGroup(int threads, ThreadFactory factory) {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, factory, executor -> new LastingEpoll(epoll.newHandler(executor))) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... none) {
                return new SingleThreadIoEventLoop(this, executor, handlers) {
                    @Override
                    public boolean isIoType(Class<? extends IoHandler> type) {
                        return type.equals(EpollIoHandler.class) || super.isIoType(type);
                    }
                };
            }
        };
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Lasting(epoll.register(handle));
    }

    private record Lasting(IoRegistration registration) implements IoRegistration {

        @Override
        public long submit(IoOps ops) {
            return registration.submit(ops.equals(EpollIoOps.NONE) ? NOTHING : ops);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty declares it
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }
}
