package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.open;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.api.peer.RouteEntry;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.testkit.ManualScheduler;

/** One of our sessions against a scripted peer over real sockets, with manual time. */
abstract class ScriptedSession {

    static final Duration SOON = Duration.ofSeconds(10);
    static final String ID = "c0000202";
    static final String IPV4 = "010400010001";
    static final String IPV6 = "010400020001";
    static final String REFRESH = "0200";
    static final String ENHANCED_REFRESH = "4600";
    static final String AS4 = "41040000fde8";
    /** Graceful restart: N bit, 120 s, IPv4 unicast preserved. */
    static final String GRACEFUL = "4006407800010180";
    static final String CAPABILITIES = IPV4 + REFRESH + AS4;
    static final String OPEN = open(65000, 9, ID, CAPABILITIES);
    /** ORIGIN IGP, AS_PATH 65000, NEXT_HOP 192.0.2.2. */
    static final String ATTRIBUTES = "40010100" + "40020602010000fde8" + "400304c0000202";

    final ManualScheduler time = new ManualScheduler();
    ServerSocket server;
    TestSpeaker speaker;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedPeer.listen();
        speaker = new TestSpeaker(new ManualTimeTransport(EpollOrNioTransport.best(1, Thread.ofPlatform().daemon().factory()), time),
                TestSpeaker.CONFIG);
    }

    @AfterEach
    void stop() throws IOException {
        server.close(); // what was not accepted would keep the speaker waiting for its end
        speaker.close();
    }

    PeerSession dial() {
        return speaker.open(spec().build());
    }

    Specs spec() {
        return Specs.specs().peer("127.0.0.1", server.getLocalPort()).connectRetry(60);
    }

    /** Lets the idle hold pass once the session is idle, however long it is by now. */
    void afterIdleHold(PeerSession session) {
        eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.IDLE));
        eventually(SOON, () -> {
            time.advance(Duration.ofSeconds(1));
            assertThat(session.status().state()).isNotEqualTo(SessionState.IDLE);
        });
    }

    static List<RouteEntry> received(PeerSession session) {
        return received(session, IPV4_UNICAST);
    }

    static List<RouteEntry> received(PeerSession session, AfiSafi family) {
        return session.routes(Direction.RECEIVED, family).toCompletableFuture().join();
    }
}
