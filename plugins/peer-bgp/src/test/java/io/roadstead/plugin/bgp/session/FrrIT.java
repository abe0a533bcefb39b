package io.roadstead.plugin.bgp.session;

import static io.roadstead.api.model.bgp.AfiSafi.IPV4_UNICAST;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.testkit.lab.Frr;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Namespace;
import io.roadstead.testkit.lab.Tool;

class FrrIT {

    private static final Duration CONVERGENCE = Duration.ofSeconds(30);

    @BeforeAll
    static void needsTheDaemon() {
        Labs.require(Tool.FRR);
    }

    @Test
    void aPrefixReachesTheRouter() {
        try (Namespace node = Namespace.create("node"); Namespace router = Namespace.create("router")) {
            Namespace.link(node, "eth0", router, "eth0");
            node.address("eth0", "192.0.2.1/24");
            router.address("eth0", "192.0.2.2/24");
            try (Frr frr = Frr.start(router, """
                    router bgp 65000
                     bgp router-id 192.0.2.2
                     no bgp ebgp-requires-policy
                     neighbor 192.0.2.1 remote-as 65001
                     neighbor 192.0.2.1 passive
                    """); TestSpeaker speaker = TestSpeaker.in(node)) {
                PeerSession session = speaker.open(Specs.specs().build());
                session.replaceRoutes(IPV4_UNICAST, Map.of(IpPrefix.parse("172.20.0.0/24"), RouteAttributes.PLAIN));

                eventually(CONVERGENCE,
                        () -> assertThat(session.status().state()).as(session.status().lastError()).isEqualTo(SessionState.ESTABLISHED));
                eventually(CONVERGENCE, () -> assertThat(frr.routes(IPV4_UNICAST, "172.20.0.0/24")).singleElement().satisfies(route -> {
                    assertThat(route.nextHops()).isEqualTo(List.of("192.0.2.1"));
                    assertThat(route.asPath()).isEqualTo(List.of(65001L));
                }));
            }
        }
    }
}
