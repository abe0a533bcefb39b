package io.roadstead.plugin.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.RouteDelta;

class AdjRibOutTest {

    private static final AfiSafi FAMILY = AfiSafi.IPV4_UNICAST;
    private static final IpPrefix ONE = IpPrefix.parse("10.1.0.0/16");
    private static final IpPrefix TWO = IpPrefix.parse("10.2.0.0/16");
    private static final OutboundAttributes SESSION =
            new OutboundAttributes(new AsNumber(65001), false, IpAddress.parse("192.0.2.1"), null, null, false);
    private static final RouteAttributes PREPENDED = new RouteAttributes(RouteAttributes.PLAIN.origin(), Collections.emptySortedSet(),
            Collections.emptySortedSet(), null, null, 1, null);
    private final AdjRibOut rib = new AdjRibOut(FAMILY);
    private final RecordingSink peer = new RecordingSink(100);

    @BeforeEach
    void connect() {
        rib.connected(route -> SESSION.of(FAMILY, route), true);
    }

    @Test
    void theFirstSetIsSaidInOneMessageAndEndsWithEndOfRib() {
        assertThat(rib.drain(peer, Instants.T0)).as("nothing is said before the first set").isTrue();
        rib.replace(Map.of(ONE, RouteAttributes.PLAIN, TWO, RouteAttributes.PLAIN));

        rib.drain(peer, Instants.T0);

        assertThat(peer.messages).containsExactly("+[10.1.0.0/16, 10.2.0.0/16]", "end-of-rib");
        assertThat(rib.endOfRibSent()).isTrue();
        assertThat(rib.entries()).hasSize(2).allMatch(entry -> entry.since().equals(Instants.T0));
    }

    @Test
    void anEmptyFirstSetIsAnEndOfRibAlone() {
        rib.replace(Map.of());
        rib.drain(peer, Instants.T0);

        assertThat(peer.messages).containsExactly("end-of-rib");
    }

    @Test
    void whatChangedBackBeforeItWasSaidIsNotSaid() {
        rib.replace(Map.of(ONE, RouteAttributes.PLAIN));
        rib.drain(peer, Instants.T0);
        peer.messages.clear();

        rib.update(new RouteDelta(Map.of(ONE, PREPENDED, TWO, PREPENDED), Set.of()));
        assertThat(rib.pending()).isEqualTo(2);
        rib.update(new RouteDelta(Map.of(ONE, RouteAttributes.PLAIN), Set.of(TWO)));
        rib.drain(peer, Instants.T1);

        assertThat(rib.pending()).isZero();
        assertThat(peer.messages).isEmpty();
    }

    @Test
    void attributesThatThePeerDoesNotSeeAreNoChange() {
        rib.replace(Map.of(ONE, RouteAttributes.PLAIN));
        rib.drain(peer, Instants.T0);
        peer.messages.clear();

        rib.update(new RouteDelta(Map.of(ONE, new RouteAttributes(RouteAttributes.PLAIN.origin(), Collections.emptySortedSet(),
                Collections.emptySortedSet(), 500L, null, 0, null)), Set.of()));
        rib.drain(peer, Instants.T1);

        assertThat(peer.messages).as("local preference to an external peer").isEmpty();
    }

    @Test
    void withdrawalsComeFirstAndANewConnectionStartsAfresh() {
        rib.replace(Map.of(ONE, RouteAttributes.PLAIN));
        rib.drain(peer, Instants.T0);
        rib.replace(Map.of(TWO, RouteAttributes.PLAIN));
        rib.drain(peer, Instants.T0);
        rib.disconnected();
        peer.forget();
        assertThat(rib.advertised()).isZero();
        connect();
        rib.drain(peer, Instants.T0);

        assertThat(peer.messages).containsExactly("+[10.1.0.0/16]", "end-of-rib", "-[10.1.0.0/16]", "+[10.2.0.0/16]", "+[10.2.0.0/16]",
                "end-of-rib");
    }

    @Test
    void aRefreshSaysEverythingAgainBetweenItsMarks() {
        rib.replace(Map.of(ONE, RouteAttributes.PLAIN));
        rib.refresh(true);
        rib.drain(peer, Instants.T0);
        peer.mayRepeat = true;
        rib.refresh(false);
        rib.drain(peer, Instants.T0);

        assertThat(peer.messages).containsExactly("+[10.1.0.0/16]", "end-of-rib", "refresh-begin", "+[10.1.0.0/16]", "refresh-end",
                "+[10.1.0.0/16]");
    }

    @Test
    void aRefreshThatIsAskedForAgainIsBroughtToItsEndFirst() {
        rib.replace(Map.of(ONE, RouteAttributes.PLAIN));
        rib.drain(peer, Instants.T0);
        peer.messages.clear();
        peer.mayRepeat = true;
        peer.budget = 1;
        rib.refresh(true);
        rib.drain(peer, Instants.T0);
        rib.refresh(false);
        peer.budget = 10;

        assertThat(rib.drain(peer, Instants.T0)).isTrue();
        assertThat(peer.messages).containsExactly("refresh-begin", "+[10.1.0.0/16]", "refresh-end", "+[10.1.0.0/16]");
    }

    @Test
    void attributesThatFitNoMessageWithdrawWhatWasSaidBefore() {
        rib.replace(Map.of(ONE, RouteAttributes.PLAIN));
        rib.drain(peer, Instants.T0);
        peer.tooLong = SESSION.of(FAMILY, PREPENDED).orElseThrow();

        rib.replace(Map.of(ONE, PREPENDED, TWO, PREPENDED));

        assertThat(rib.drain(peer, Instants.T1)).isTrue();
        assertThat(peer.view).isEmpty();
        assertThat(peer.problems).isEmpty();
        assertThat(peer.messages).contains("too long 2");
        assertThat(rib.drain(peer, Instants.T1)).isTrue();
        assertThat(peer.messages).as("told once").containsOnlyOnce("too long 2");
    }
}
