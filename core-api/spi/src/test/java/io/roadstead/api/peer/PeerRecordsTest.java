package io.roadstead.api.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;

class PeerRecordsTest {

    private static final Set<AfiSafi> IPV4 = Set.of(AfiSafi.IPV4_UNICAST);

    @Test
    void contradictionsInASpecificationAreRefused() {
        assertThatThrownBy(() -> spec(179, "192.0.2.2", Set.of(), false)).hasMessage("peer main/tor exchanges no family");
        assertThatThrownBy(() -> spec(null, "192.0.2.2", IPV4, true))
                .hasMessage("peer main/tor is passive but its instance has no local port");
        assertThatThrownBy(() -> spec(179, "::1", IPV4, false))
                .hasMessage("peer main/tor: local address ::1 is not of the family of 192.0.2.1");
        assertThat(spec(179, null, IPV4, true).internal()).isFalse();
    }

    @Test
    void thePasswordDoesNotAppearInTheText() {
        assertThat(spec(179, null, IPV4, false).toString()).doesNotContain("hunter2").contains(Secret.MASK);
    }

    @Test
    void aPrefixIsAnnouncedOrWithdrawn() {
        IpPrefix prefix = IpPrefix.parse("10.0.0.0/24");

        assertThatThrownBy(() -> new RouteDelta(Map.of(prefix, RouteAttributes.PLAIN), Set.of(prefix)))
                .hasMessage("10.0.0.0/24 is both announced and withdrawn");
        assertThat(new RouteDelta(Map.of(), Set.of()).isEmpty()).isTrue();
        assertThat(new RouteDelta(Map.of(), Set.of(prefix)).isEmpty()).isFalse();
    }

    private static PeerSpec spec(@Nullable Integer localPort, @Nullable String localAddress, Set<AfiSafi> families, boolean passive) {
        return new PeerSpec(new PeerId("main", "tor"), new AsNumber(65001), RouterId.parse("192.0.2.2"), localPort,
                IpAddress.parse("192.0.2.1"), 179,
                new AsNumber(65000), localAddress == null ? null : IpAddress.parse(localAddress), null, BgpTimers.DEFAULT,
                Secret.of("hunter2"), null, 1,
                families, passive);
    }
}
