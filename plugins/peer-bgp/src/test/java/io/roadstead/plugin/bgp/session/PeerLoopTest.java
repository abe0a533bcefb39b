package io.roadstead.plugin.bgp.session;

import static io.roadstead.plugin.bgp.session.ScriptedPeer.KEEPALIVE;
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

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.Reconfiguration.Outcome;
import io.roadstead.plugin.netty.EpollOrNioTransport;

/** How sessions are kept, lost, changed and ended. */
class PeerLoopTest extends ScriptedSession {

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
                new BgpConfig(TestSpeaker.CONFIG.listenAddress(), "upgrade", 1, false, 0));
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
    void anAddressWithoutARouteIsSaidInWords() throws IOException {
        PeerSession session = speaker.open(spec().peer("255.255.255.255", 179).build()); // to which TCP finds no network, whatever routes there are

        eventually(SOON, () -> assertThat(session.status().lastError()).isEqualTo("no route to host"));
    }
}
