package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.api.model.bgp.AfiSafi.IPV6_UNICAST;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.message;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.open;
import static io.roadstead.plugin.bgp.session.ScriptedPeer.update;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.Direction;
import io.roadstead.api.peer.RouteDelta;

/** What a session says and hears. */
class SessionRoutesTest extends ScriptedSession {

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
    void aRouteOfAFamilyThatThePeerDoesNotSpeakIsNotSaid() throws IOException {
        PeerSession session = speaker.open(spec().families(IPV4_UNICAST, IPV6_UNICAST).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            session.replaceRoutes(IPV6_UNICAST, Map.of(IpPrefix.parse("2001:db8::/64"), RouteAttributes.PLAIN));
            session.replaceRoutes(IPV4_UNICAST, Map.of());

            assertThat(peer.next(2).body()).isEqualTo("00000000");
            eventually(SOON, () -> assertThat(session.status().families().get(IPV6_UNICAST).negotiated()).isFalse());
        }
    }

    @Test
    void aFamilyWhosePrefixesCannotBeReadIsForgottenAndIgnoredUntilTheNextSession() throws IOException {
        String open = open(65000, 9, ID, CAPABILITIES + IPV6);
        PeerSession session = speaker.open(spec().families(IPV4_UNICAST, IPV6_UNICAST).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(open)) {
            peer.send(update("", reachIpv6("2020010db8"), ""));
            peer.send(update("", ATTRIBUTES, "180a0101"));
            eventually(SOON, () -> assertThat(received(session)).hasSize(1));
            assertThat(received(session, IPV6_UNICAST)).hasSize(1);

            peer.send(update("", reachIpv6("8120010db8"), ""));
            eventually(SOON, () -> assertThat(received(session, IPV6_UNICAST)).isEmpty());
            peer.send(update("", reachIpv6("2020010db9"), ""));
            peer.send(update("", ATTRIBUTES, "180a0102"));

            eventually(SOON, () -> assertThat(received(session)).hasSize(2));
            assertThat(received(session, IPV6_UNICAST)).isEmpty();
            eventually(SOON, () -> {
                time.advance(Duration.ofMillis(1));
                assertThat(session.status().lastError()).startsWith("ipv6/unicast ignored until the session ends: ");
            });
            assertThat(session.status().state()).isEqualTo(SessionState.ESTABLISHED);
            assertThat(session.status().families().get(IPV6_UNICAST).received()).isZero();
            eventually(SOON,
                    () -> assertThat(speaker.protocol().rib("instance-65001", IPV6_UNICAST).toCompletableFuture().join()).isEmpty());
        }
        afterIdleHold(session);
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(open)) {
            peer.send(update("", reachIpv6("2020010db8"), ""));
            eventually(SOON, () -> assertThat(received(session, IPV6_UNICAST)).hasSize(1));
        }
    }

    @Test
    void aRouteWhoseAttributesFitNoMessageIsNamedAndTheOthersAreSaid() throws IOException {
        TreeSet<Community> many = new TreeSet<>();
        for (int i = 0; i < 1100; i++) {
            many.add(new Community(i));
        }
        RouteAttributes tooLong = new RouteAttributes(Origin.IGP, many, Collections.emptySortedSet(), null, null, 0, null);
        PeerSession session = dial();
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            session.replaceRoutes(IPV4_UNICAST,
                    Map.of(IpPrefix.parse("172.20.0.0/24"), tooLong, IpPrefix.parse("172.20.1.0/24"), RouteAttributes.PLAIN));

            assertThat(peer.next(2).body()).endsWith("18ac1401");
            assertThat(peer.next(2).body()).isEqualTo("00000000");
            eventually(SOON, () -> {
                time.advance(Duration.ofMillis(1));
                assertThat(session.status().lastError()).isEqualTo(
                        "172.20.0.0/24 not advertised: the attributes fit no message of 4096 octets; advertise with fewer communities");
            });
            assertThat(session.status().families().get(IPV4_UNICAST).advertised()).isEqualTo(1);
            assertThat(session.status().families().get(IPV4_UNICAST).pending()).isZero();
        }
    }

    @Test
    void aPeerThatIsLearnedToBeOfOurAsIsTreatedAsInternal() throws IOException {
        PeerSession session = speaker.open(spec().peerAsn(0).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(open(65001, 9, ID, CAPABILITIES.replace(AS4, "41040000fde9")))) {
            session.replaceRoutes(IPV4_UNICAST, Map.of(IpPrefix.parse("172.20.0.0/24"), prepended(3)));

            // ORIGIN, an AS_PATH of nothing, NEXT_HOP 127.0.0.1, LOCAL_PREF 100
            assertThat(peer.next(2).body())
                    .isEqualTo("0000" + "0015" + "40010100" + "400200" + "4003047f000001" + "40050400000064" + "18ac1400");
            peer.send(update("", "40010100" + "400200" + "400304c0000202" + "400504000000c8", "180a0101"));
            eventually(SOON, () -> assertThat(received(session)).singleElement()
                    .satisfies(entry -> assertThat(entry.attributes().localPreference()).isEqualTo(200)));
        }
    }

    @Test
    void aPeerThatIsLearnedToBeOfAnotherAsIsTreatedAsExternal() throws IOException {
        PeerSession session = speaker.open(spec().peerAsn(0).build());
        try (ScriptedPeer peer = ScriptedPeer.accept(server).establish(OPEN)) {
            session.replaceRoutes(IPV4_UNICAST, Map.of(IpPrefix.parse("172.20.0.0/24"), prepended(1)));

            assertThat(peer.next(2).body())
                    .isEqualTo("0000" + "0018" + "40010100" + "40020a02020000fde90000fde9" + "4003047f000001" + "18ac1400");
        }
    }

    private static RouteAttributes prepended(int times) {
        return new RouteAttributes(Origin.IGP, Collections.emptySortedSet(), Collections.emptySortedSet(), 100L, null, times, null);
    }

    /** MP_REACH_NLRI of IPv6 unicast with next hop 2001:db8::2, ORIGIN IGP, AS_PATH 65000. */
    private static String reachIpv6(String prefixes) {
        String value = "000201" + "10" + "20010db8000000000000000000000002" + "00" + prefixes;
        return String.format("800e%02x", value.length() / 2) + value + "40010100" + "40020602010000fde8";
    }
}
