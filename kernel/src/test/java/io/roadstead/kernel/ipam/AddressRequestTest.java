package io.roadstead.kernel.ipam;

import static io.roadstead.api.model.net.AddressFamily.IPV4;
import static io.roadstead.api.model.net.AddressFamily.IPV6;
import static io.roadstead.kernel.ipam.IpamCluster.balancer;
import static io.roadstead.kernel.ipam.IpamCluster.pool;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.testkit.ServiceBuilder;

/** What a Service asks for: by name, by family. */
class AddressRequestTest {

    private static final String IPS = "lbipam.cilium.io/ips";

    private final IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").withoutFirstAndLast().build(),
            pool("range", "10.0.5.0-10.0.5.255").selecting("range", "yes").withoutFirstAndLast().build());

    @Test
    void addressesOfSpecAndAnnotationAreOneRequest() {
        AddressRequest request = AddressRequest.of(ServiceBuilder.service("a/b").loadBalancer().loadBalancerIp("10.0.0.1")
                .annotations(Map.of(IPS, " 10.0.0.2 ,, 2001:db8::1,10.0.0.1, webpod, 10.0.0.300")).build());

        assertThat(request.addresses()).extracting(IpAddress::toString).containsExactly("10.0.0.1", "10.0.0.2", "2001:db8::1");
        assertThat(request.unreadable()).containsExactly("webpod", "10.0.0.300");
    }

    @Test
    void theOlderAnnotationCountsWhenTheNewerIsAbsent() {
        assertThat(AddressRequest.of(balancer("a/b").annotations(Map.of("io.cilium/lb-ipam-ips", "10.0.0.2")).build()).addresses())
                .containsExactly(IpAddress.parse("10.0.0.2"));
        assertThat(AddressRequest.of(balancer("a/b").annotations(Map.of("io.cilium/lb-ipam-ips", "10.0.0.2", IPS, "10.0.0.3")).build())
                .addresses()).containsExactly(IpAddress.parse("10.0.0.3"));
    }

    @Test
    void familiesFollowThePolicyWhateverTheirOrder() {
        assertThat(families(null)).containsExactly(IPV4);
        assertThat(families(null, IPV6, IPV4)).containsExactly(IPV6);
        assertThat(families(IpFamilyPolicy.SINGLE_STACK, IPV6)).containsExactly(IPV6);
        assertThat(families(IpFamilyPolicy.SINGLE_STACK)).containsExactly(IPV4);
        assertThat(families(IpFamilyPolicy.PREFER_DUAL_STACK, IPV6)).containsExactly(IPV6);
        assertThat(families(IpFamilyPolicy.PREFER_DUAL_STACK, IPV6, IPV4)).containsExactly(IPV4, IPV6);
        assertThat(families(IpFamilyPolicy.PREFER_DUAL_STACK)).containsExactly(IPV4, IPV6);
        assertThat(families(IpFamilyPolicy.REQUIRE_DUAL_STACK, IPV4)).containsExactly(IPV4, IPV6);
    }

    private static List<AddressFamily> families(@Nullable IpFamilyPolicy policy, AddressFamily... listed) {
        return AddressRequest.of(balancer("a/b").families(policy, listed).build()).families();
    }

    @Test
    void requestedAddressesAreGivenAllOfThem() {
        cluster.put(balancer("default/a").loadBalancerIp("10.0.0.9").annotations(Map.of(IPS, "10.0.0.8")));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.9", "10.0.0.8");
        assertThat(cluster.condition("default/a")).isEqualTo("True satisfied: ");
    }

    @Test
    void anotherRequestReplacesTheAddressAndTakingTheRequestBackKeepsIt() {
        cluster.put(balancer("default/a"));
        cluster.put(balancer("default/a").loadBalancerIp("10.0.0.50"));
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.50");

        cluster.put(balancer("default/a"));
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.50");
        assertThat(cluster.pool("blue").used()).isEqualTo(1);
    }

    @Test
    void anEntryThatIsNoAddressIsReportedAndTheRestCounts() {
        cluster.put(balancer("default/a").annotations(Map.of(IPS, "10.0.0.8,10.0.0.999")));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.8");
        assertThat(cluster.condition("default/a")).isEqualTo("True satisfied: not an address in lbipam.cilium.io/ips: 10.0.0.999");
    }

    @Test
    void anAddressOutsideAnyPoolIsRefusedWithItsRemedyAndCostsNoAddress() {
        cluster.put(balancer("default/a"));
        cluster.put(balancer("default/a").annotations(Map.of(IPS, "10.0.0.8,192.0.2.1")));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.1", "10.0.0.8");
        assertThat(cluster.condition("default/a"))
                .isEqualTo("False no_pool: requested 192.0.2.1 is in no pool; add a block that contains it to a pool, "
                        + "or request an address of pools blue, range; 10.0.0.1 kept until all that was requested can be given");
        assertThat(cluster.controller().pending(IpamCluster.key("default/a"))).startsWith("requested 192.0.2.1 is in no pool");

        cluster.put(pool("doc", "192.0.2.0/24").build());
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.8", "192.0.2.1");
        assertThat(cluster.condition("default/a")).isEqualTo("True satisfied: ");
    }

    @Test
    void aRequestedAddressIsRefusedWithTheReason() {
        cluster.put(balancer("default/holder").loadBalancerIp("10.0.0.7"), balancer("a/taken").loadBalancerIp("10.0.0.7"),
                balancer("a/first").loadBalancerIp("10.0.0.0"), balancer("a/label").loadBalancerIp("10.0.5.0"),
                balancer("a/range").loadBalancerIp("10.0.5.255").labels(Map.of("range", "yes")));

        assertThat(cluster.condition("a/taken")).isEqualTo("True satisfied: ").as("a/taken comes first by name");
        assertThat(cluster.condition("default/holder"))
                .isEqualTo("False already_allocated: requested 10.0.0.7 is held by a/taken: default/holder has no sharing key");
        assertThat(cluster.condition("a/first")).isEqualTo(
                "False no_pool: requested 10.0.0.0 is in pool blue, which keeps the first and last address of a block back (allowFirstLastIPs: No)");
        assertThat(cluster.condition("a/label")).isEqualTo(
                "False pool_selector_mismatch: requested 10.0.5.0 is in pool range, which selects only Services with range=yes");
        assertThat(cluster.addresses("a/range")).as("ranges keep nothing back").containsExactly("10.0.5.255");
    }

    @Test
    void whoWaitsForARequestedAddressGetsItWhenItIsFree() {
        cluster.put(balancer("a/holder").loadBalancerIp("10.0.0.7"));
        cluster.put(balancer("a/waits").loadBalancerIp("10.0.0.7"));

        cluster.delete(IpamCluster.key("a/holder"));

        assertThat(cluster.addresses("a/waits")).containsExactly("10.0.0.7");
    }

    @Test
    void dualStackGetsOneOfEachAndSaysWhichIsMissing() {
        cluster.put(balancer("default/a").families(IpFamilyPolicy.REQUIRE_DUAL_STACK, IPV6, IPV4));
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.1");
        assertThat(cluster.condition("default/a")).isEqualTo("False no_pool: no pool has IPv6 addresses; add one");

        cluster.put(pool("six", "2001:db8::/64").withoutFirstAndLast().build());
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.1", "2001:db8::1");
        assertThat(cluster.condition("default/a")).isEqualTo("True satisfied: ");

        cluster.put(balancer("default/a").families(IpFamilyPolicy.SINGLE_STACK, IPV6));
        assertThat(cluster.addresses("default/a")).containsExactly("2001:db8::1");
    }

    @Test
    void aFamilyThatIsNoLongerWantedStaysUntilTheWantedOneIsThere() {
        cluster.put(balancer("default/a"));

        cluster.put(balancer("default/a").families(IpFamilyPolicy.SINGLE_STACK, IPV6));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.1");
        assertThat(cluster.condition("default/a")).startsWith("False no_pool");
    }
}
