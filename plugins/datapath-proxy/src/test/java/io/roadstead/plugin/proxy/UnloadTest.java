package io.roadstead.plugin.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;

import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;

class UnloadTest {

    /** Netty and its loops stay, as they do when this plugin alone is exchanged. */
    @Test
    void nothingKeepsThePluginsClassesAfterItCarriedFlowsWhileTheTransportGoesOn() throws Exception {
        NettyTransport transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().factory());
        try {
            runIn(new OwnClassLoader("io.roadstead.plugin.proxy."), transport).assertUnloaded();
        } finally {
            transport.close();
        }
    }

    private static UnloadLeakCheck runIn(OwnClassLoader loader, NettyTransport transport) throws Exception {
        try (loader) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor(NettyTransport.class).newInstance(transport)).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: uses it in full, and leaves connections open when it ends. */
    public static final class Use implements Runnable {
        private final NettyTransport transport;

        public Use(NettyTransport transport) {
            this.transport = transport;
        }

        @Override
        public void run() {
            int port = Peer.freePort();
            ProxyBox box = ProxyBox.on(transport);
            try (Peer a = Peer.named("a"); UdpPeer b = UdpPeer.backend("127.0.0.1", "b"); UdpPeer datagrams = UdpPeer.client("127.0.0.1")) {
                box.serve(States.tcp("127.0.0.1", port).to(a.address(), Peer.nobody()), States.udp("127.0.0.1", port).to(b.address()));
                try (Line client = new Line("127.0.0.1", port)) {
                    assertThat(client.read()).isEqualTo("a");
                    assertThat(datagrams.ask("x", new InetSocketAddress(InetAddress.getLoopbackAddress(), port))).isEqualTo("b:x");
                    box.datapath.close();
                    assertThat(client.read()).as("closed with the plugin").isEqualTo("reset");
                    assertThat(Peer.refuses(port)).isTrue();
                }
            }
        }
    }
}
