package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.plugin.bgp.BgpProtocolFactory;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;

class UnloadTest {

    /** Netty and its loops stay, as they do when this plugin alone is exchanged. */
    @Test
    void nothingKeepsThePluginsClassesAfterASessionWasClosedWhileTheTransportGoesOn() throws Exception {
        NettyTransport transport = EpollOrNioTransport.best(1, Thread.ofPlatform().daemon().factory());
        try {
            runIn(new OwnClassLoader("io.roadstead.plugin.bgp."), transport).assertUnloaded();
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

    /** Loaded by the plugin's loader: uses it in full, at both ends of a session. */
    public static final class Use implements Runnable {
        private static final Duration SOON = Duration.ofSeconds(10);
        private static final IpPrefix ROUTE = IpPrefix.parse("172.20.0.0/24");
        private final NettyTransport transport;

        public Use(NettyTransport transport) {
            this.transport = transport;
        }

        @Override
        public void run() {
            int port = freePort();
            PeerProtocol<BgpConfig> router = protocol("router");
            PeerProtocol<BgpConfig> node = protocol("node");
            try {
                PeerSession heard = router.open(Specs.specs().id("router", "node").localAsn(65000).routerId("192.0.2.2").localPort(port)
                        .peer("127.0.0.2", 179).peerAsn(65001).passive().build());
                node.open(Specs.specs().localAddress("127.0.0.2").peer("127.0.0.1", port).build()).replaceRoutes(IPV4_UNICAST,
                        Map.of(ROUTE, RouteAttributes.PLAIN));
                eventually(SOON, () -> assertThat(heard.routes(Direction.RECEIVED, IPV4_UNICAST).toCompletableFuture().join()).hasSize(1));
            } finally {
                node.close();
                router.close();
            }
        }

        private PeerProtocol<BgpConfig> protocol(String name) {
            PeerProtocol<BgpConfig> protocol = new BgpProtocolFactory(transport).create(name, TestSpeaker.CONFIG,
                    new FakePluginContext("peer-bgp", Path.of("target", "state")));
            protocol.start(new TestSpeaker.Recorder());
            return protocol;
        }

        private static int freePort() {
            try (ServerSocket free = ScriptedPeer.listen()) {
                return free.getLocalPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
