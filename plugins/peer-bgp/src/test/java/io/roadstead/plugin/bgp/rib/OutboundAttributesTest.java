package io.roadstead.plugin.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;

class OutboundAttributesTest {

    private static final AsNumber LOCAL = new AsNumber(65001);
    private static final RouteAttributes FULL = new RouteAttributes(RouteAttributes.PLAIN.origin(),
            new TreeSet<>(Set.of(new Community(7), new Community(3))), Collections.emptySortedSet(), 300L, 20L, 2, null);

    @Test
    void anExternalPeerGetsThePathAndNoLocalPreference() {
        PathAttributes said = session(false, "192.0.2.1").of(AfiSafi.IPV4_UNICAST, FULL).orElseThrow();

        assertThat(said.asPath()).hasToString("65001 65001 65001");
        assertThat(said.localPreference()).isNull();
        assertThat(said.med()).isEqualTo(20);
        assertThat(said.communities()).containsExactly(new Community(3), new Community(7));
        assertThat(said.nextHop()).hasToString("192.0.2.1");
    }

    @Test
    void anInternalPeerGetsLocalPreferenceAndAnEmptyPath() {
        OutboundAttributes session = session(true, "192.0.2.1");

        assertThat(session.of(AfiSafi.IPV4_UNICAST, FULL).orElseThrow()).returns(300L, PathAttributes::localPreference)
                .matches(said -> said.asPath().segments().isEmpty());
        assertThat(session.of(AfiSafi.IPV4_UNICAST, RouteAttributes.PLAIN).orElseThrow().localPreference()).isEqualTo(100);
    }

    /** Session address, node's IPv4, node's IPv6, RFC 8950, family, next hop and link-local one; empty where there is none. */
    @ParameterizedTest
    @CsvSource({"192.0.2.1, '', '', false, IPV4_UNICAST, 192.0.2.1, ''", "192.0.2.1, '', '', false, IPV6_UNICAST, '', ''",
        "192.0.2.1, '', 2001:db8::1, false, IPV6_UNICAST, 2001:db8::1, ''", "::ffff:192.0.2.1, '', '', false, IPV4_UNICAST, 192.0.2.1, ''",
        "::ffff:192.0.2.1, '', '', false, IPV6_UNICAST, '', ''", "2001:db8::2, '', '', false, IPV6_UNICAST, 2001:db8::2, ''",
        "2001:db8::2, '', '', false, IPV4_UNICAST, '', ''", "2001:db8::2, 192.0.2.9, '', false, IPV4_UNICAST, 192.0.2.9, ''",
        "2001:db8::2, 192.0.2.9, '', true, IPV4_UNICAST, 2001:db8::2, ''",
        "fe80::2, '', 2001:db8::1, false, IPV6_UNICAST, 2001:db8::1, fe80::2",
        "fe80::2, '', '', true, IPV4_UNICAST, fe80::2, fe80::2"})
    void theNextHopIsAnAddressThatThePeerCanUse(String local, String ipv4, String ipv6, boolean extended, AfiSafi family, String nextHop,
            String linkLocal) {
        OutboundAttributes session = new OutboundAttributes(LOCAL, false, IpAddress.parse(local), IpAddress.tryParse(ipv4).orElse(null),
                IpAddress.tryParse(ipv6).orElse(null), extended);

        assertThat(session.of(family, RouteAttributes.PLAIN).map(said -> said.nextHop().toString()).orElse("")).isEqualTo(nextHop);
        assertThat(session.of(family, RouteAttributes.PLAIN).map(PathAttributes::linkLocalNextHop).map(IpAddress::toString).orElse(""))
                .isEqualTo(linkLocal);
    }

    private static OutboundAttributes session(boolean internal, String local) {
        return new OutboundAttributes(LOCAL, internal, IpAddress.parse(local), null, null, false);
    }
}
