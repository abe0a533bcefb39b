package io.roadstead.plugin.proxy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;

import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.netty.api.Acceptor;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.plugin.netty.api.SocketSettings;
import io.roadstead.plugin.netty.api.TransportListener;
import io.roadstead.plugin.netty.api.TransportLoop;

/** Real sockets; a second passes when the test says so. */
final class SecondsTransport implements NettyTransport {

    private final NettyTransport real;
    private final ConcurrentLinkedQueue<Pending> pending = new ConcurrentLinkedQueue<>();

    private record Pending(TransportLoop loop, Runnable task) {
    }

    SecondsTransport(NettyTransport real) {
        this.real = real;
    }

    /** Has that many seconds pass on all loops; returns when all that they bring about on their loops is done. */
    void pass(int seconds) {
        for (int second = 0; second < seconds; second++) {
            List<Pending> due = new ArrayList<>();
            for (Pending next = pending.poll(); next != null; next = pending.poll()) {
                due.add(next);
            }
            due.forEach(each -> each.loop.eventLoop().submit(each.task).syncUninterruptibly());
        }
    }

    /** Returns when the loops have done what they had to do. */
    void settle() {
        loops().forEach(loop -> loop.eventLoop().submit(() -> {}).syncUninterruptibly());
    }

    @Override
    public TransportLoop nextLoop() {
        return new SecondsLoop(real.nextLoop());
    }

    @Override
    public List<TransportLoop> loops() {
        return real.loops().stream().<TransportLoop>map(SecondsLoop::new).toList();
    }

    @Override
    public ChannelFuture connect(TransportLoop loop, InetSocketAddress remote, SocketSettings settings, ChannelHandler handler) {
        return real.connect(loop, remote, settings, handler);
    }

    @Override
    public TransportListener listen(InetSocketAddress local, Acceptor acceptor) {
        return real.listen(local, acceptor);
    }

    @Override
    public ChannelFuture listen(TransportLoop loop, InetSocketAddress local, boolean foreign, Acceptor acceptor) {
        return real.listen(loop, local, foreign, acceptor);
    }

    @Override
    public ChannelFuture datagrams(TransportLoop loop, InetSocketAddress local, boolean foreign, ChannelHandler handler) {
        return real.datagrams(loop, local, foreign, handler);
    }

    @Override
    public ChannelFuture connectDatagrams(TransportLoop loop, InetSocketAddress remote, ChannelHandler handler) {
        return real.connectDatagrams(loop, remote, handler);
    }

    @Override
    public void apply(Channel connected, SocketSettings settings) {
        real.apply(connected, settings);
    }

    @Override
    public boolean allSettings() {
        return real.allSettings();
    }

    @Override
    public void close() {
        real.close();
    }

    private final class SecondsLoop implements TransportLoop {
        private final TransportLoop loop;

        private SecondsLoop(TransportLoop loop) {
            this.loop = loop;
        }

        @Override
        public EventLoop eventLoop() {
            return loop.eventLoop();
        }

        @Override
        public String name() {
            return loop.name();
        }

        @Override
        public boolean inLoop() {
            return loop.inLoop();
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public TimerHandle schedule(Duration delay, Runnable task) {
            Pending timer = new Pending(loop, task);
            pending.add(timer);
            return () -> pending.remove(timer);
        }
    }
}
