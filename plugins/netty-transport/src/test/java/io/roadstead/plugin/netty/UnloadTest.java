package io.roadstead.plugin.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.Test;

import io.roadstead.plugin.netty.api.Acceptor.Admission;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.plugin.netty.api.SocketSettings;
import io.roadstead.plugin.netty.api.TransportListener;
import io.roadstead.plugin.netty.api.TransportLoop;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;

class UnloadTest {

    @Test
    void nothingKeepsThePluginsClassesNorNettysAfterItWasClosed() throws Exception {
        runIn(new OwnClassLoader("io.roadstead.plugin.netty.", "io.netty.")).assertUnloaded();
    }

    private static UnloadLeakCheck runIn(OwnClassLoader loader) throws Exception {
        try (loader) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor().newInstance()).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: uses it in full. */
    public static final class Use implements Runnable {
        @Override
        public void run() {
            NettyTransport transport =
                    new NettyTransportProvider().create(new FakePluginContext("netty-transport", Path.of("target", "state")));
            TransportLoop loop = transport.nextLoop();
            TransportListener listener = transport.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    remote -> new Admission(loop, new ChannelInboundHandlerAdapter()));
            transport.connect(loop, listener.localAddress(), SocketSettings.DEFAULT, new ChannelInboundHandlerAdapter())
                    .syncUninterruptibly();
            listener.close();
            transport.close();
        }
    }
}
