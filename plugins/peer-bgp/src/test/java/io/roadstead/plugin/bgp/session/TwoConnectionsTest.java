package io.roadstead.plugin.bgp.session;

import static io.roadstead.plugin.bgp.session.ScriptedPeer.KEEPALIVE;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.open;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.CloseReason;

/** Connections that the peer makes, and what becomes of two at the same time. */
class TwoConnectionsTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    /** Above and below ours, 192.0.2.1. */
    private static final String HIGHER = "c0000202";
    private static final String LOWER = "0a000001";
    private static final String GRACEFUL = "4006407800010180";

    private ServerSocket server;
    private TestSpeaker speaker;
    private int localPort;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedPeer.listen();
        speaker = TestSpeaker.onLoopback();
        try (ServerSocket free = ScriptedPeer.listen()) {
            localPort = free.getLocalPort();
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        speaker.close();
    }

    @Test
    void aPeerWithAHigherIdentifierKeepsItsConnection() throws IOException {
        PeerSession session = speaker.open(spec().build());
        try (ScriptedPeer ours = ScriptedPeer.accept(server); ScriptedPeer theirs = ScriptedPeer.connect("127.0.0.1", localPort)) {
            ours.next(1);
            theirs.next(1);
            ours.send(open(65000, 9, HIGHER, ""));
            ours.next(4);
            theirs.send(open(65000, 9, HIGHER, ""));

            assertThat(ours.farewell()).isEqualTo("6/7");
            theirs.send(KEEPALIVE);
            assertThat(theirs.next().type()).isEqualTo(4);
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
        }
    }

    @Test
    void aPeerWithALowerIdentifierLosesItsConnection() throws IOException {
        PeerSession session = speaker.open(spec().build());
        try (ScriptedPeer ours = ScriptedPeer.accept(server); ScriptedPeer theirs = ScriptedPeer.connect("127.0.0.1", localPort)) {
            ours.next(1);
            theirs.next(1);
            ours.send(open(65000, 9, LOWER, ""));
            ours.next(4);
            theirs.send(open(65000, 9, LOWER, ""));

            assertThat(theirs.farewell()).isEqualTo("6/7");
            ours.send(KEEPALIVE);
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
        }
    }

    @Test
    void theSameHoldsWhenTheOpenOnOurConnectionComesLast() throws IOException {
        PeerSession session = speaker.open(spec().build());
        try (ScriptedPeer ours = ScriptedPeer.accept(server); ScriptedPeer theirs = ScriptedPeer.connect("127.0.0.1", localPort)) {
            ours.next(1);
            theirs.next(1);
            theirs.send(open(65000, 9, HIGHER, ""));
            theirs.next(4);
            ours.send(open(65000, 9, HIGHER, ""));

            assertThat(ours.farewell()).isEqualTo("6/7");
            theirs.send(KEEPALIVE);
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
        }
    }

    @Test
    void anEstablishedSessionIsNotDisturbedByAnotherConnection() throws IOException {
        PeerSession session = speaker.open(spec().build());
        try (ScriptedPeer ours = ScriptedPeer.accept(server)) {
            ours.establish(open(65000, 9, HIGHER, ""));
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            try (ScriptedPeer theirs = ScriptedPeer.connect("127.0.0.1", localPort)) {
                theirs.next(1);
                theirs.send(open(65000, 9, HIGHER, ""));

                assertThat(theirs.farewell()).isEqualTo("6/7");
            }
            assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);
            assertThat(session.status().flaps()).isZero();
        }
    }

    @Test
    void aPeerThatRestartedWithoutAWordReplacesItsOldConnection() throws IOException {
        PeerSession session = speaker.open(spec().restartTime(15).build());
        try (ScriptedPeer old = ScriptedPeer.accept(server)) {
            old.establish(open(65000, 9, HIGHER, GRACEFUL));
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            try (ScriptedPeer anew = ScriptedPeer.connect("127.0.0.1", localPort)) {
                anew.establish(open(65000, 9, HIGHER, GRACEFUL));

                old.ended();
                eventually(SOON, () -> {
                    assertThat(session.status().flaps()).isEqualTo(1);
                    assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);
                });
            }
        }
    }

    @Test
    void aPassiveSessionWaitsForThePeer() throws IOException {
        PeerSession session = speaker.open(spec().passive().build());
        eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ACTIVE));
        try (ScriptedPeer theirs = ScriptedPeer.connect("127.0.0.1", localPort)) {
            theirs.establish(open(65000, 9, LOWER, ""));
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));
            assertThat(session.status().localAddress()).hasToString("127.0.0.1");
        }
        eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ACTIVE));
        try (ScriptedPeer theirs = ScriptedPeer.connect("127.0.0.1", localPort)) {
            theirs.establish(open(65000, 9, LOWER, ""));
        }
    }

    @Test
    void anAddressThatIsNoPeerIsTurnedAwayAndTheSessionStays() throws IOException {
        PeerSession session = speaker.open(spec().build());
        try (ScriptedPeer ours = ScriptedPeer.accept(server)) {
            ours.establish(open(65000, 9, HIGHER, ""));
            eventually(SOON, () -> assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED));

            try (ScriptedPeer stranger = ScriptedPeer.connect("127.0.0.66", localPort)) {
                stranger.ended();
            }

            assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);
        }
    }

    @Test
    void thePortIsFreeWhenTheLastSessionIsClosedAndNotBefore() throws Exception {
        PeerSession first = speaker.open(spec().passive().build());
        PeerSession second = speaker.open(spec().id("instance-65001", "other").peer("127.0.0.2", 179).passive().build());

        first.close(CloseReason.DECONFIGURED).toCompletableFuture().get(20, TimeUnit.SECONDS);
        try (ScriptedPeer still = ScriptedPeer.connect("127.0.0.2", localPort)) {
            still.next(1);
        }
        second.close(CloseReason.DECONFIGURED).toCompletableFuture().get(20, TimeUnit.SECONDS);

        assertThatThrownBy(() -> ScriptedPeer.connect("127.0.0.2", localPort)).isInstanceOf(IOException.class);
    }

    @Test
    void withoutALocalPortNothingListens() {
        speaker.open(spec().localPort(null).build());

        assertThatThrownBy(() -> ScriptedPeer.connect("127.0.0.1", localPort)).isInstanceOf(IOException.class);
    }

    @Test
    void twoInstancesCannotShareAPortNorTwoPeersAnAddress() {
        speaker.open(spec().build());

        assertThatThrownBy(() -> speaker.open(spec().id("another", "tor").build())).isInstanceOfSatisfying(RoadsteadException.class,
                e -> assertThat(e.code()).isEqualTo(CommonErrorCode.ADDRESS_IN_USE));
        assertThatThrownBy(() -> speaker.open(spec().id("instance-65001", "twin").build())).isInstanceOf(RoadsteadException.class)
                .hasMessageContaining("same address");
    }

    private Specs spec() {
        return Specs.specs().peer("127.0.0.1", server.getLocalPort()).localPort(localPort);
    }
}
