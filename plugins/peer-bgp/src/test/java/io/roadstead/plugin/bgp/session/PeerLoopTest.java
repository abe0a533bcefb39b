package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.api.model.bgp.AfiSafi.IPV6_UNICAST;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.KEEPALIVE;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.MARKER;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.message;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.open;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.update;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.api.peer.Reconfiguration.Outcome;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.peer.RouteEntry;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.testkit.ManualScheduler;

/** Sessions against a scripted peer over real sockets, with manual time. */
class PeerLoopTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String ID = "c0000202";
    private static final String IPV4 = "010400010001";
    private static final String IPV6 = "010400020001";
    private static final String REFRESH = "0200";
    private static final String ENHANCED_REFRESH = "4600";
    private static final String AS4 = "41040000fde8";
    /** Graceful restart: N bit, 120 s, IPv4 unicast preserved. */
    private static final String GRACEFUL = "4006407800010180";
    private static final String CAPABILITIES = IPV4 + REFRESH + AS4;
    private static final String OPEN = open(65000, 9, ID, CAPABILITIES);
    /** ORIGIN IGP, AS_PATH 65000, NEXT_HOP 192.0.2.2. */
    private static final String ATTRIBUTES = "40010100" + "40020602010000fde8" + "400304c0000202";

    private final ManualScheduler time = new ManualScheduler();
    private ServerSocket server;
    private TestSpeaker speaker;

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

    @ParameterizedTest(name = "{0}")
    @CsvSource({"bad marker, 00ffffffffffffffffffffffffffffffff001304, 1/1", "length below 19, MARKER001204, 1/2 0012",
        "length above 4096, MARKER100102, 1/2 1001", "KEEPALIVE of 20 octets, MARKER00140400, 1/2 0014",
        "unknown type, MARKER001309, 1/3 09",
        "a message that is not OPEN, MARKER001304, 5/1"})
    void whatComesInsteadOfAnOpenIsRefusedWithItsCode(String name, String bytes, String notification) throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            peer.send(bytes.replace("MARKER", MARKER));

            assertThat(peer.farewell()).isEqualTo(notification);
            eventually(SOON, () -> assertThat(session.status().lastNotification()).isEqualTo("sent " + notification.split(" ")[0]));
            assertThat(session.status().state()).isEqualTo(SessionState.IDLE);
        }
    }

    @Test
    void eachErrorInAnOpenHasItsCode() throws IOException {
        Map<String, String> answers = new HashMap<>();
        answers.put(message(1, "03fde80009" + ID + "00"), "2/1 0004");
        answers.put(open(64999, 9, ID, ""), "2/2");
        answers.put(open(65000, 9, "00000000", ""), "2/3");
        answers.put(message(1, "04fde80009" + ID + "03010100"), "2/4");
        answers.put(open(65000, 2, ID, ""), "2/6");
        answers.put(open(65000, 9, ID, IPV6), "2/7 010400010001");
        answers.put(message(1, "04fde80009" + ID + "05020801"), "2/0");
        PeerSession session = dial();
        for (Map.Entry<String, String> answer : answers.entrySet()) {
            try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
                peer.send(answer.getKey());

                assertThat(peer.farewell()).as(answer.getKey()).isEqualTo(answer.getValue());
            }
            afterIdleHold(session);
        }
    }

    @Test
    void theErrorIsToldInWordsAndTheNotificationInNumbers() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            peer.send(open(64999, 9, ID, ""));
            peer.farewell();
        }

        eventually(SOON,
                () -> assertThat(session.status().lastError()).isEqualTo("Bad Peer AS: the peer is in AS 64999, configured is AS 65000"));
        assertThat(session.status().lastNotification()).isEqualTo("sent 2/2");
    }

    @Test
    void anOpenFromTheUnknownAsIsLearned() throws IOException {
        PeerSession session = speaker.open(spec().peerAsn(0).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            peer.establish(open(64999, 9, ID, ""));
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));

            assertThat(session.status().peerAsn().value()).isEqualTo(64999);
            assertThat(session.status().remoteRouterId()).hasToString("192.0.2.2");
        }
    }

    @Test
    void nothingButTheOpenIsSaidBeforeTheFirstRoutesAndEndOfRibAfterThem() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            session.replaceRoutes(IPV4_UNICAST, Map.of(IpPrefix.parse("172.20.0.0/24"), RouteAttributes.PLAIN));

            assertThat(peer.next(2).body()).endsWith("18ac1400");
            assertThat(peer.next(2).body()).isEqualTo("00000000");
            session.updateRoutes(IPV4_UNICAST, new RouteDelta(Map.of(), Set.of(IpPrefix.parse("172.20.0.0/24"))));
            assertThat(peer.next(2).body()).isEqualTo("000418ac14000000");
            eventually(SOON, () -> assertThat(session.routes(Direction.ADVERTISED, IPV4_UNICAST).toCompletableFuture().join()).isEmpty());
        }
    }

    @Test
    void silenceUntilTheHoldTimeEndsTheSessionAndKeepalivesKeepIt() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            time.advance(Duration.ofSeconds(8));
            long received = session.status().messages().keepalivesReceived();
            peer.send(KEEPALIVE);
            eventually(SOON, () -> {
                time.advance(Duration.ofMillis(1));
                assertThat(session.status().messages().keepalivesReceived()).isGreaterThan(received);
            });
            time.advance(Duration.ofSeconds(8));
            assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);

            time.advance(Duration.ofSeconds(1));

            assertThat(peer.farewell()).isEqualTo("4/0");
            assertThat(session.status().flaps()).isEqualTo(1);
            assertThat(session.status().lastError()).isEqualTo("sent Hold Timer Expired");
        }
    }

    @Test
    void keepalivesComeAtTheirIntervalWithJitter() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            peer.send(KEEPALIVE);

            time.advance(Duration.ofSeconds(3));

            assertThat(peer.next().type()).isEqualTo(4);
        }
    }

    @Test
    void receivedRoutesAreKeptShownAndDroppedWithTheSession() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            peer.send(update("", ATTRIBUTES, "180a0101" + "100a02"));
            peer.send(message(2, "00000000"));

            eventually(SOON, () -> assertThat(received(session)).extracting(entry -> entry.prefix().toString())
                    .containsExactly("10.1.1.0/24", "10.2.0.0/16"));
            eventually(SOON, () -> assertThat(speaker.told().endsOfRib()).containsExactly(IPV4_UNICAST));
            eventually(SOON,
                    () -> assertThat(speaker.protocol().rib("instance-65001", IPV4_UNICAST).toCompletableFuture().join()).hasSize(2));
            peer.send(update("180a0101", "", ""));
            eventually(SOON, () -> assertThat(received(session)).hasSize(1));
        }
        eventually(SOON, () -> assertThat(received(session)).isEmpty());
        eventually(SOON, () -> assertThat(speaker.protocol().rib("instance-65001", IPV4_UNICAST).toCompletableFuture().join()).isEmpty());
    }

    @Test
    void aMalformedAttributeWithdrawsAndTheSessionStays() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            peer.send(update("", ATTRIBUTES, "180a0101180a0102"));
            eventually(SOON, () -> assertThat(received(session)).hasSize(2));

            peer.send(update("", ATTRIBUTES.replace("40010100", "40010107"), "180a0101"));

            eventually(SOON, () -> assertThat(received(session)).hasSize(1));
            eventually(SOON, () -> {
                time.advance(Duration.ofMillis(1));
                assertThat(session.status().messages().treatedAsWithdraw()).isEqualTo(1);
            });
            assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);
            assertThat(session.status().lastError()).startsWith("UPDATE treated as withdrawal: ");
        }
    }

    @Test
    void anUpdateWhosePrefixesCannotBeReadEndsTheSession() throws IOException {
        dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            peer.send(update("", ATTRIBUTES, "210a01010101"));

            assertThat(peer.farewell()).startsWith("3/10");
        }
    }

    @Test
    void aPrefixThatStandsTwiceIsOnePrefix() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            peer.send(update("", ATTRIBUTES, "180a0101180a0101"));

            eventually(SOON, () -> assertThat(received(session)).hasSize(1));
        }
    }

    @Test
    void aConnectionCutInTheMiddleOfAMessageLosesThatMessageOnly() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            peer.send(update("", ATTRIBUTES, "180a0101").substring(0, 60));
        }

        eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.IDLE));
        assertThat(session.status().lastError()).isEqualTo("closed by the peer");
        afterIdleHold(session);
        ScriptedPeer.accept(server).establish(OPEN).close();
    }

    @Test
    void aStormOfResetsIsMetWithFewerAndFewerAttempts() throws IOException {
        dial();
        int attempts = 0;
        for (int second = 0; second < 60; second++) {
            server.setSoTimeout(20);
            try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
                attempts++;
                peer.abort();
            } catch (SocketTimeoutException ignored) {
                // no attempt in this second
            }
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(attempts).isBetween(4, 16);
    }

    @Test
    void aRefreshIsAnsweredBetweenMarks() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(open(65000, 9, ID, CAPABILITIES + ENHANCED_REFRESH))) {
            session.replaceRoutes(IPV4_UNICAST, Map.of(IpPrefix.parse("172.20.0.0/24"), RouteAttributes.PLAIN));
            peer.next(2);
            peer.next(2);

            peer.send(message(5, "00010001"));

            assertThat(peer.next(5).body()).isEqualTo("00010101");
            assertThat(peer.next().body()).endsWith("18ac1400");
            assertThat(peer.next().body()).isEqualTo("00010201");
        }
    }

    @Test
    void aDeconfiguredPeerIsToldSo() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            session.close(CloseReason.DECONFIGURED);

            assertThat(peer.farewell()).isEqualTo("6/3");
        }
    }

    @Test
    void aDeconfiguredPeerThatWouldKeepTheRoutesGetsAHardReset() throws IOException {
        PeerSession session = speaker.open(spec().restartTime(15).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(open(65000, 9, ID, CAPABILITIES + GRACEFUL))) {
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            session.close(CloseReason.DECONFIGURED);

            assertThat(peer.farewell()).isEqualTo("6/9 0603");
        }
    }

    @Test
    void aStoppingAgentSaysNothingToAPeerThatKeepsTheRoutes() throws IOException {
        PeerSession session = speaker.open(spec().restartTime(15).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(open(65000, 9, ID, CAPABILITIES + GRACEFUL))) {
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            session.close(CloseReason.AGENT_STOPPING);

            peer.ended();
        }
    }

    @Test
    void aStoppingAgentTellsTheOthers() throws IOException {
        speaker.close();
        speaker = new TestSpeaker(new ManualTimeTransport(EpollOrNioTransport.best(1, Thread.ofPlatform().daemon().factory()), time),
                new BgpConfig(TestSpeaker.CONFIG.listenAddress(), "upgrade", 1, false));
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            session.close(CloseReason.AGENT_STOPPING);

            assertThat(peer.farewell()).isEqualTo("6/2 " + ScriptedPeer.communication("upgrade"));
        }
    }

    @Test
    void aResetTellsItsTextAndConnectsAgainAtOnce() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            session.reset("as asked");

            assertThat(peer.farewell()).isEqualTo("6/4 " + ScriptedPeer.communication("as asked"));
        }
        ScriptedPeer.accept(server).establish(OPEN).close();
    }

    @Test
    void theTextOfThePeersShutdownIsShown() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            peer.send(message(3, "0602" + ScriptedPeer.communication("back at noon")));

            eventually(SOON,
                    () -> assertThat(session.status().lastError()).isEqualTo("received Administrative Shutdown: \"back at noon\""));
            assertThat(session.status().lastNotification()).isEqualTo("received 6/2");
        }
    }

    @Test
    void theRestartBitIsSetUntilTheFirstSessionAndNotAfterwards() throws IOException {
        PeerSession session = speaker.open(spec().restartTime(15).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            // R and N bits, 15 s, IPv4 unicast with F bit
            assertThat(peer.next().body()).contains("4006c00f00010180");
            peer.send(open(65000, 9, ID, CAPABILITIES + GRACEFUL));
            peer.send(KEEPALIVE);
            assertThat(peer.next().type()).isEqualTo(4);
        }
        afterIdleHold(session);
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            assertThat(peer.next().body()).contains("4006400f00010180");
        }
    }

    @Test
    void changedTimersWaitForTheNextSessionAndAreShownAsPending() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            peer.establish(OPEN);
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));

            assertThat(session.reconfigure(spec().timers(30, 10).build()).outcome()).isEqualTo(Outcome.PENDING);

            eventually(SOON, () -> assertThat(session.status().pendingFields()).containsExactly("timers"));
            assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);
            assertThat(session.status().appliedHold()).isEqualTo(Duration.ofSeconds(9));
        }
        afterIdleHold(session);
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            assertThat(peer.next().body()).startsWith("04fde9001e");
            eventually(SOON, () -> assertThat(session.status().pendingFields()).isEmpty());
        }
    }

    @Test
    void aChangedAsResetsTheSession() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));

            assertThat(session.reconfigure(spec().localAsn(65009).build()).reset()).containsExactly("localAsn");

            assertThat(peer.farewell()).isEqualTo("6/6");
        }
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            assertThat(peer.next().body()).startsWith("04fdf1");
        }
    }

    @Test
    void aRefusedConnectionIsTriedAgainSoonAndTheCauseIsShown() throws IOException {
        int port = server.getLocalPort();
        server.close();
        PeerSession session = dial();
        eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ACTIVE));
        assertThat(session.status().lastError()).isEqualTo("connection refused");
        server = new ServerSocket(port, 50, InetAddress.ofLiteral("127.0.0.1"));

        time.advance(Duration.ofSeconds(1));

        ScriptedPeer.accept(server).establish(OPEN).close();
    }

    @Test
    void aRouteOfAFamilyThatThePeerDoesNotSpeakIsNotSaid() throws IOException {
        PeerSession session = speaker.open(spec().families(IPV4_UNICAST, IPV6_UNICAST).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            session.replaceRoutes(IPV6_UNICAST, Map.of(IpPrefix.parse("2001:db8::/64"), RouteAttributes.PLAIN));
            session.replaceRoutes(IPV4_UNICAST, Map.of());

            assertThat(peer.next(2).body()).isEqualTo("00000000");
            eventually(SOON, () -> assertThat(session.status().families().get(IPV6_UNICAST).negotiated()).isFalse());
        }
    }

    private PeerSession dial() {
        return speaker.open(spec().build());
    }

    private Specs spec() {
        return Specs.specs().peer("127.0.0.1", server.getLocalPort()).connectRetry(60);
    }

    /** Lets the idle hold pass once the session is idle, however long it is by now. */
    private void afterIdleHold(PeerSession session) {
        eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.IDLE));
        eventually(SOON, () -> {
            time.advance(Duration.ofSeconds(1));
            assertThat(session.status().state()).isNotEqualTo(SessionState.IDLE);
        });
    }

    private static List<RouteEntry> received(PeerSession session) {
        return session.routes(Direction.RECEIVED, IPV4_UNICAST).toCompletableFuture().join();
    }
}
