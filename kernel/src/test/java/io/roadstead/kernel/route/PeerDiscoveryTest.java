package io.roadstead.kernel.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.kernel.route.DefaultGateways.Gateway;

class PeerDiscoveryTest {

    private static final String DISCOVER = RouteLab.CLUSTER_CONFIG.replace("peerAddress = 192.168.10.200",
            "autoDiscovery { mode = DefaultGateway, defaultGateway.addressFamily = ipv4 }");

    private final RouteLab lab = new RouteLab();

    private void discover(String config) {
        lab.apply(RouteLab.node("true"), RouteLab.ADVERTISE_PODS, RouteLab.PEER_CONFIG, config);
        lab.sync();
    }

    private void gateway(AddressFamily family, String address) {
        lab.gateways.put(family, new Gateway(IpAddress.parse(address), "eth1"));
    }

    @Test
    void theDefaultGatewayIsThePeerAndAnotherOneTakesItsPlace() {
        gateway(AddressFamily.IPV4, "192.168.10.200");
        discover(DISCOVER);
        assertThat(lab.tor().spec.peerAddress()).hasToString("192.168.10.200");
        assertThat(lab.tor().spec.sourceInterface()).isNull();
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
        assertThat(lab.controller.peers()).singleElement().satisfies(peer -> assertThat(peer.address()).hasToString("192.168.10.200"));

        lab.loop.advance(Duration.ofSeconds(20));
        assertThat(lab.tor().reconfigurations).isZero();
        gateway(AddressFamily.IPV4, "192.168.10.254");
        lab.loop.advance(Duration.ofSeconds(5));

        assertThat(lab.tor().spec.peerAddress()).hasToString("192.168.10.254");
        assertThat(lab.loop.timers()).isEqualTo(1);
    }

    @Test
    void aNodeWithoutDefaultRouteWaitsForOneAndKeepsTheSessionWhenItGoes() {
        discover(DISCOVER);
        assertThat(lab.protocol.opened).isEmpty();
        assertThat(lab.controller.problems()).singleElement().asString().contains("default route");

        gateway(AddressFamily.IPV4, "192.168.10.200");
        lab.loop.advance(Duration.ofSeconds(5));
        assertThat(lab.tor().spec.peerAddress()).hasToString("192.168.10.200");
        assertThat(lab.controller.problems()).isEmpty();

        lab.gateways.clear();
        lab.loop.advance(Duration.ofSeconds(5));
        assertThat(lab.tor().closed).isNull();
        assertThat(lab.tor().reconfigurations).isZero();
        assertThat(lab.controller.problems()).singleElement().asString().contains("default route");
    }

    @Test
    void aLinkLocalGatewayIsReachedThroughItsInterface() {
        gateway(AddressFamily.IPV6, "fe80::1");
        discover(DISCOVER.replace("= ipv4 }", "= ipv6 }"));

        PeerSpec spec = lab.tor().spec;
        assertThat(spec.peerAddress()).hasToString("fe80::1");
        assertThat(spec.sourceInterface()).isEqualTo("eth1");
    }

    @Test
    void whereNothingIsDiscoveredNothingIsLookedAt() {
        gateway(AddressFamily.IPV4, "192.168.10.200");
        discover(DISCOVER);
        lab.apply(RouteLab.CLUSTER_CONFIG);
        lab.loop.advance(Duration.ofSeconds(5));

        assertThat(lab.loop.timers()).isZero();
    }
}
