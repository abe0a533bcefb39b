package io.roadstead.kernel.ipam;

import static io.roadstead.kernel.ipam.IpamCluster.balancer;
import static io.roadstead.kernel.ipam.IpamCluster.key;
import static io.roadstead.kernel.ipam.IpamCluster.pool;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.testkit.ServiceBuilder;

/** When two Services have one address. */
class SharingTest {

    private final IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.1-10.0.0.9").build());

    @Test
    void servicesWithOneKeyAndDifferentPortsShareAnAddress() {
        cluster.put(sharing("default/a", 80), sharing("default/b", 443), sharing("default/udp", 80).port(80, Protocol.UDP));

        for (String name : List.of("default/a", "default/b", "default/udp")) {
            assertThat(cluster.addresses(name)).containsExactly("10.0.0.1");
            assertThat(cluster.condition(name)).isEqualTo("True satisfied: ");
        }
        assertThat(cluster.pool("blue").used()).isEqualTo(1);
    }

    @Test
    void theAddressStaysTakenUntilTheLastOfThemHasGone() {
        cluster.put(sharing("default/a", 80), sharing("default/b", 443));

        cluster.delete(key("default/a"));
        cluster.put(balancer("default/c"));
        assertThat(cluster.addresses("default/c")).containsExactly("10.0.0.2");

        cluster.delete(key("default/b"));
        cluster.put(balancer("default/d"));
        assertThat(cluster.addresses("default/d")).containsExactly("10.0.0.1");
    }

    @Test
    void whoCannotShareGetsAnAddressOfItsOwnAndIsToldWithWhomAndWhy() {
        cluster.put(sharing("default/a", 80), sharing("default/b", 80));

        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.2");
        assertThat(cluster.condition("default/b"))
                .isEqualTo("True satisfied: does not share 10.0.0.1 with default/a: both use TCP port 80");
        assertThat(cluster.condition("default/a"))
                .isEqualTo("True satisfied: does not share 10.0.0.2 with default/b: both use TCP port 80");

        cluster.put(sharing("default/c", 443));
        assertThat(cluster.addresses("default/c")).containsExactly("10.0.0.1");
    }

    @Test
    void whyTwoCannotShare() {
        ServiceBuilder a = sharing("default/a", 80);
        assertThat(why(a, sharing("default/b", 443))).isEmpty();
        assertThat(why(a, balancer("default/b").port(443, Protocol.TCP))).isEqualTo("already_allocated default/b has no sharing key");
        assertThat(why(a, sharing("default/b", 443).annotations(Map.of("io.cilium/lb-ipam-sharing-key", "k")))).isEmpty();
        String incompatible = "already_allocated_incompatible_service ";
        assertThat(why(a, sharing("default/b", 443).annotations(Map.of("lbipam.cilium.io/sharing-key", "other"))))
                .isEqualTo(incompatible + "their sharing keys differ");
        assertThat(why(a, sharing("default/b", 443).externalTrafficPolicy(TrafficPolicy.LOCAL)))
                .isEqualTo(incompatible + "their externalTrafficPolicy differs");
        ServiceBuilder local = sharing("default/a", 80).externalTrafficPolicy(TrafficPolicy.LOCAL);
        assertThat(why(local, sharing("default/b", 443).externalTrafficPolicy(TrafficPolicy.LOCAL))).isEmpty();
        assertThat(why(local, sharing("default/b", 443).externalTrafficPolicy(TrafficPolicy.LOCAL).selector(Map.of("app", "x"))))
                .isEqualTo(incompatible + "externalTrafficPolicy Local needs the same, non-empty selector in both");
        assertThat(why(sharing("default/a", 80).externalTrafficPolicy(TrafficPolicy.LOCAL).selector(Map.of()),
                sharing("default/b", 443).externalTrafficPolicy(TrafficPolicy.LOCAL).selector(Map.of())))
                .isEqualTo(incompatible + "externalTrafficPolicy Local needs the same, non-empty selector in both");
    }

    @Test
    void acrossNamespacesBothMustAgree() {
        assertThat(why(sharing("a/a", 80, "b"), sharing("b/b", 443, "x, a"))).isEmpty();
        assertThat(why(sharing("a/a", 80, "*"), sharing("b/b", 443, "a"))).isEmpty();
        assertThat(why(sharing("a/a", 80, "*"), sharing("b/b", 443))).isEqualTo("already_allocated_incompatible_service "
                + "b/b does not list namespace a in lbipam.cilium.io/sharing-cross-namespace");
        assertThat(why(sharing("a/a", 80, "c"), sharing("b/b", 443, "*"))).isEqualTo("already_allocated_incompatible_service "
                + "a/a does not list namespace b in lbipam.cilium.io/sharing-cross-namespace");
    }

    @Test
    void aRequestedAddressIsSharedUnderTheSameRules() {
        cluster.put(sharing("default/a", 80));
        cluster.put(sharing("default/b", 443).loadBalancerIp("10.0.0.1"), sharing("default/c", 80).loadBalancerIp("10.0.0.1"));

        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
        assertThat(cluster.addresses("default/c")).isEmpty();
        assertThat(cluster.condition("default/c"))
                .startsWith("False already_allocated_incompatible_service: requested 10.0.0.1 is held by default/a: "
                        + "both use TCP port 80");
    }

    @Test
    void aRefusalNamesTheFirstHolderThatIsInTheWayAlsoWhenThatOneCameLater() {
        cluster.put(sharing("z/holder", 80, "*"));
        cluster.put(balancer("m/waits").loadBalancerIp("10.0.0.1"));
        cluster.put(sharing("a/joins", 443, "*"));

        assertThat(cluster.addresses("a/joins")).containsExactly("10.0.0.1");
        assertThat(cluster.condition("m/waits"))
                .isEqualTo("False already_allocated: requested 10.0.0.1 is held by a/joins: m/waits has no sharing key");
        cluster.takeServiceWrites();
        cluster.start();
        assertThat(cluster.takeServiceWrites()).isZero();
    }

    @Test
    void whoIsEditedSoThatItCannotShareAnyMoreGivesWayAndTheOtherStays() {
        cluster.put(sharing("default/a", 80), sharing("default/b", 443));

        cluster.put(sharing("default/a", 443));

        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.2");
    }

    @Test
    void anEditOfBothAtOnceThatStillFitsMovesNeither() {
        cluster.put(sharing("default/a", 80), sharing("default/b", 443));

        cluster.put(sharing("default/a", 443), sharing("default/b", 80));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.1");
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
    }

    @Test
    void anEditWhileNoAgentRanMovesNobodyAndIsStated() {
        cluster.put(sharing("default/a", 80), sharing("default/b", 443));
        cluster.kill();
        cluster.put(sharing("default/a", 443));

        cluster.start();

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.1");
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
        assertThat(cluster.condition("default/b"))
                .isEqualTo("True satisfied: 10.0.0.1 kept although default/a has it: both use TCP port 443");
    }

    @Test
    void aNewcomerThatClaimsATakenAddressDoesNotGetIt() {
        cluster.put(balancer("default/victim"));

        cluster.put(balancer("a/thief", "10.0.0.1"));

        assertThat(cluster.addresses("default/victim")).containsExactly("10.0.0.1");
        assertThat(cluster.addresses("a/thief")).containsExactly("10.0.0.2");
    }

    @Test
    void whoWaitsIsServedWhenAnEditMakesRoomForIt() {
        IpamCluster full = IpamCluster.running(pool("one", "10.0.0.1").build(), sharing("default/a", 80).build());
        full.put(sharing("default/b", 80));
        assertThat(full.condition("default/b")).startsWith("False out_of_ips: no free IPv4 address in pool one; add a block or a pool; "
                + "does not share 10.0.0.1 with default/a: both use TCP port 80");

        full.put(sharing("default/a", 443));

        assertThat(full.addresses("default/b")).containsExactly("10.0.0.1");
        assertThat(full.condition("default/a")).isEqualTo("True satisfied: ");
    }

    private static String why(ServiceBuilder a, ServiceBuilder b) {
        SharingProfile one = SharingProfile.of(a.build());
        SharingProfile other = SharingProfile.of(b.build());
        String answer = one.refusal(other).map(refusal -> refusal.why().word() + " " + refusal.message()).orElse("");
        assertThat(other.refusal(one).isPresent()).as("symmetric").isEqualTo(!answer.isEmpty());
        return answer;
    }

    private static ServiceBuilder sharing(String name, int port) {
        return sharing(name, port, "");
    }

    private static ServiceBuilder sharing(String name, int port, String namespaces) {
        Map<String, String> annotations = new HashMap<>(Map.of("lbipam.cilium.io/sharing-key", "k"));
        if (!namespaces.isEmpty()) {
            annotations.put("lbipam.cilium.io/sharing-cross-namespace", namespaces);
        }
        return balancer(name).annotations(annotations).port(port, Protocol.TCP);
    }
}
