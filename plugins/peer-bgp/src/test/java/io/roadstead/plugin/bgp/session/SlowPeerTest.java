package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.open;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.testkit.ManualScheduler;

/** A peer that does not read for a while. */
class SlowPeerTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    /** Each with attributes of its own, so that the messages are more than sockets hold. */
    private static final int ROUTES = 300_000;
    private static final IpPrefix LAST = IpPrefix.parse("192.0.2.99/32");

    private final ManualScheduler time = new ManualScheduler();
    private ServerSocket server;
    private TestSpeaker speaker;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket();
        server.setReceiveBufferSize(8192);
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        speaker = new TestSpeaker(new ManualTimeTransport(EpollOrNioTransport.best(1, Thread.ofPlatform().daemon().factory()), time),
                TestSpeaker.CONFIG);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        speaker.close();
    }

    @Test
    void whatItHasMissedIsNotSaidAndKeepalivesStillCome() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            peer.establish(open(65000, 9, "c0000202", "010400010001"));
            session.replaceRoutes(IPV4_UNICAST, manyRoutes());
            eventuallyStuck(session);
            session.replaceRoutes(IPV4_UNICAST, Map.of(LAST, RouteAttributes.PLAIN));
            time.advance(Duration.ofSeconds(3));

            Set<String> known = new HashSet<>();
            int announced = 0;
            int keepalives = 0;
            boolean endOfRib = false;
            while (!endOfRib) {
                ScriptedPeer.Received message = peer.next();
                if (message.type() == 4) {
                    keepalives++;
                } else if (message.body().equals("00000000")) {
                    endOfRib = true;
                } else {
                    announced += apply(message.body(), known);
                }
            }

            assertThat(known).containsExactly("c0000263");
            assertThat(announced).as("announced of %d", ROUTES).isLessThan(ROUTES);
            assertThat(keepalives).isPositive();
        }
    }

    @Test
    void onlyTheSendHoldTimeEndsASessionWithoutHoldTimeWhosePeerReadsNoMore() throws IOException {
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server)) {
            peer.establish(open(65000, 0, "c0000202", "010400010001"));
            session.replaceRoutes(IPV4_UNICAST, manyRoutes());
            eventuallyStuck(session);
            time.advance(Duration.ofMinutes(7));
            assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);

            time.advance(Duration.ofMinutes(1));

            assertThat(session.status().state()).isEqualTo(SessionState.IDLE);
            assertThat(session.status().lastNotification()).isEqualTo("sent 8/0");
            assertThat(session.status().lastError()).isEqualTo("sent error 8/0");
            assertThat(session.status().flaps()).isEqualTo(1);
        }
    }

    private PeerSession dial() {
        return speaker.open(Specs.specs().peer("127.0.0.1", server.getLocalPort()).connectRetry(60).build());
    }

    /** Sockets hold no more: nothing has moved for many looks in a row. */
    private void eventuallyStuck(PeerSession session) {
        AtomicLong last = new AtomicLong();
        AtomicInteger still = new AtomicInteger();
        eventually(SOON, () -> {
            time.advance(Duration.ofMillis(1));
            long sent = session.status().messages().updatesSent();
            still.set(sent > 0 && sent == last.getAndSet(sent) ? still.get() + 1 : 0);
            assertThat(still.get()).as("after %d messages", sent).isGreaterThan(150);
        });
    }

    /** Carries the host routes of an UPDATE out; gives how many it announces. */
    private static int apply(String body, Set<String> known) {
        int withdrawn = Integer.parseInt(body, 0, 4, 16) * 2;
        for (int at = 4; at < 4 + withdrawn; at += 10) {
            known.remove(body.substring(at + 2, at + 10));
        }
        int attributes = Integer.parseInt(body, 4 + withdrawn, 8 + withdrawn, 16) * 2;
        int announced = 0;
        for (int at = 8 + withdrawn + attributes; at < body.length(); at += 10) {
            known.add(body.substring(at + 2, at + 10));
            announced++;
        }
        return announced;
    }

    private static Map<IpPrefix, RouteAttributes> manyRoutes() {
        Map<IpPrefix, RouteAttributes> routes = new HashMap<>();
        for (int i = 0; i < ROUTES; i++) {
            routes.put(IpPrefix.host(IpAddress.ipv4(0x0a000000 + i)), new RouteAttributes(Origin.IGP, Collections.emptySortedSet(),
                    Collections.emptySortedSet(), null, Long.valueOf(i), 0, null));
        }
        return routes;
    }
}
