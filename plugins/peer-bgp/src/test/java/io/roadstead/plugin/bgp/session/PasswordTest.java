package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.Reconfiguration.Outcome;
import io.roadstead.plugin.netty.EpollOrNioTransport;

/** The password (TCP MD5) of an established session is exchanged; needs Linux. */
class PasswordTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final IpPrefix ROUTE = IpPrefix.parse("172.20.0.0/24");
    private TestSpeaker router;
    private TestSpeaker node;
    private int port;
    private PeerSession atRouter;
    private PeerSession atNode;

    @BeforeEach
    void establish() throws IOException {
        try (EpollOrNioTransport transport = EpollOrNioTransport.best(1, Thread.ofPlatform().daemon().factory())) {
            assumeThat(transport.allSettings()).as("TCP MD5").isTrue();
        }
        try (ServerSocket free = ScriptedPeer.listen()) {
            port = free.getLocalPort();
        }
        router = TestSpeaker.onLoopback();
        node = TestSpeaker.onLoopback();
        atRouter = router.open(routerEnd("old"));
        atNode = node.open(nodeEnd("old"));
        eventually(SOON, () -> assertThat(atRouter.status().state()).isEqualTo(SessionState.ESTABLISHED));
        eventually(SOON, () -> assertThat(atNode.status().state()).isEqualTo(SessionState.ESTABLISHED));
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
            router.close();
        }
    }

    @Test
    void theSessionStaysWhenBothEndsChangeIt() {
        assertThat(atNode.reconfigure(nodeEnd("new")).outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(atRouter.reconfigure(routerEnd("new")).outcome()).isEqualTo(Outcome.APPLIED);
        atNode.replaceRoutes(IPV4_UNICAST, Map.of(ROUTE, RouteAttributes.PLAIN));

        eventually(SOON, () -> assertThat(atRouter.routes(Direction.RECEIVED, IPV4_UNICAST).toCompletableFuture().join()).hasSize(1));
        assertThat(atNode.status().flaps() + atRouter.status().flaps()).isZero();
    }

    @Test
    void theSessionIsLostWhenOneEndChangesItAndComesBackWhenTheOtherFollows() {
        atNode.reconfigure(nodeEnd("new"));
        eventually(SOON, () -> assertThat(atRouter.status().lastError()).isEqualTo("sent Hold Timer Expired"));

        atRouter.reconfigure(routerEnd("new"));

        eventually(SOON, () -> assertThat(atRouter.status().state()).isEqualTo(SessionState.ESTABLISHED));
        assertThat(atRouter.status().flaps()).isEqualTo(1);
    }

    private PeerSpec routerEnd(String password) {
        return Specs.specs().id("router", "node").localAsn(65000).routerId("192.0.2.2").localPort(port).peer("127.0.0.2", 179)
                .peerAsn(65001)
                .timers(3, 1).password(password).passive().build();
    }

    private PeerSpec nodeEnd(String password) {
        return Specs.specs().localAddress("127.0.0.2").peer("127.0.0.1", port).connectRetry(1).timers(3, 1).password(password).build();
    }
}
