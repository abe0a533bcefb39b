package io.roadstead.plugin.bgp.session;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

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
import io.roadstead.testkit.ManualScheduler;

/** Real sockets, manual time: timers are the test's, and run on the loop that set them while the test waits. */
record ManualTimeTransport(NettyTransport real, ManualScheduler time) implements NettyTransport {

    @Override
    public TransportLoop nextLoop() {
        return new ManualTimeLoop(real.nextLoop(), time);
    }

    @Override
    public List<TransportLoop> loops() {
        return real.loops().stream().<TransportLoop>map(loop -> new ManualTimeLoop(loop, time)).toList();
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
    public ChannelFuture connect(TransportLoop loop, InetSocketAddress remote, SocketSettings settings, ChannelHandler handler) {
        return real.connect(loop, remote, settings, handler);
    }

    @Override
    public TransportListener listen(InetSocketAddress local, Acceptor acceptor) {
        return real.listen(local, acceptor);
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

    private record ManualTimeLoop(TransportLoop real, ManualScheduler time) implements TransportLoop {
        @Override
        public EventLoop eventLoop() {
            return real.eventLoop();
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public boolean inLoop() {
            return real.inLoop();
        }

        @Override
        public void execute(Runnable task) {
            real.execute(task);
        }

        @Override
        public TimerHandle schedule(Duration delay, Runnable task) {
            return time.schedule(delay, () -> real.eventLoop().submit(task).syncUninterruptibly());
        }
    }
}
