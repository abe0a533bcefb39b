package io.roadstead.kernel.ipam;

import static io.roadstead.kernel.ipam.IpamCluster.balancer;
import static io.roadstead.kernel.ipam.IpamCluster.key;
import static io.roadstead.kernel.ipam.IpamCluster.pool;
import static io.roadstead.kernel.ipam.IpamCluster.poolKey;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.api.metrics.Metric;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.view.StatusView;
import io.roadstead.testkit.ServiceBuilder;

/** How addresses are handed out, who does it and when; what is written. */
class AddressControllerTest {

    @Test
    void theLabsPoolHas254AddressesAndTheLabsServiceGetsTheFirst() {
        IpamCluster cluster = IpamCluster.running(pool("cilium-pool", "172.16.1.0/24").withoutFirstAndLast().build());
        assertThat(cluster.pool("cilium-pool").available()).isEqualTo(254);

        cluster.put(balancer("default/webpod"));

        assertThat(cluster.addresses("default/webpod")).containsExactly("172.16.1.1");
        assertThat(cluster.condition("default/webpod")).isEqualTo("True satisfied: ");
        assertThat(cluster.pool("cilium-pool").available()).isEqualTo(253);
        assertThat(cluster.pool("cilium-pool").used()).isEqualTo(1);
    }

    @Test
    void aPoolsConditionsCarryItsCountsAndAreWrittenOnlyWhenTheyDiffer() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/30").build());
        assertThat(cluster.writes).containsExactly(new StatusUpdate.Conditions(poolKey("blue"), List.of(
                new Condition("cilium.io/PoolConflict", Condition.Status.FALSE, "resolved", ""),
                new Condition("cilium.io/IPsTotal", Condition.Status.UNKNOWN, "noreason", "4"),
                new Condition("cilium.io/IPsAvailable", Condition.Status.UNKNOWN, "noreason", "4"),
                new Condition("cilium.io/IPsUsed", Condition.Status.UNKNOWN, "noreason", "0"))));
        cluster.writes.clear();

        cluster.put(pool("blue", "10.0.0.0/30").selecting("a", "b").build());

        assertThat(cluster.writes).isEmpty();
    }

    @Test
    void nothingIsHandedOutBeforeTheSourceHasSynced() {
        IpamCluster cluster = IpamCluster.running();
        cluster.put(pool("blue", "10.0.0.0/24").build(), balancer("default/new").build(), balancer("default/old", "10.0.0.0").build());
        cluster.writes.clear();
        cluster.objects.put(key("default/new"), balancer("default/new").build());

        cluster.startWithoutSync();
        assertThat(cluster.writes).isEmpty();
        assertThat(cluster.controller().leading()).isFalse();

        cluster.sync();
        assertThat(cluster.addresses("default/new")).containsExactly("10.0.0.1");
    }

    @Test
    void existingAddressesAreReadBeforeAnyIsGivenWhateverTheOrder() {
        IpamCluster cluster = IpamCluster.running();
        cluster.put(pool("blue", "10.0.0.0/24").build(), balancer("a/new").build(), balancer("z/old", "10.0.0.0").build());

        assertThat(cluster.addresses("z/old")).containsExactly("10.0.0.0");
        assertThat(cluster.addresses("a/new")).containsExactly("10.0.0.1");
    }

    @Test
    void servicesOfOneChangeAreServedByAgeThenByName() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.1-10.0.0.3").build());

        cluster.put(balancer("b/b"), balancer("b/a"), balancer("a/young").created(Instant.ofEpochSecond(9)));

        assertThat(cluster.addresses("b/a")).containsExactly("10.0.0.1");
        assertThat(cluster.addresses("b/b")).containsExactly("10.0.0.2");
        assertThat(cluster.addresses("a/young")).containsExactly("10.0.0.3");
    }

    @Test
    void onlyTheLeaderHandsOutAndItsSuccessorBeginsWithWhatIsStored() {
        IpamCluster cluster = IpamCluster.electing(pool("blue", "10.0.0.0/24").build(), balancer("default/a").build());
        assertThat(cluster.writes).isEmpty();
        assertThat(cluster.controller().pending(key("default/a"))).isEqualTo("no leading agent has decided yet");
        assertThat(cluster.controller().snapshot().status()).isEqualTo(new StatusView.Ipam(1, 0, 0, 1));

        cluster.leads(true);
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");

        cluster.leads(false);
        cluster.writes.clear();
        cluster.put(balancer("default/b", "10.0.0.1"), balancer("default/c"));
        assertThat(cluster.writes).isEmpty();
        assertThat(cluster.pool("blue").used()).isEqualTo(2);

        cluster.leads(true);
        assertThat(cluster.addresses("default/c")).containsExactly("10.0.0.2");
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
    }

    @Test
    void whatWasUnderWayWhenTheLeadWasLostForAMomentIsWrittenAgain() {
        IpamCluster cluster = IpamCluster.electing(pool("blue", "10.0.0.0/24").build());
        cluster.leads(true);
        cluster.hold();
        cluster.put(balancer("default/a"));
        cluster.held.clear(); // what the writer does

        cluster.blinks();
        cluster.release();

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
    }

    @Test
    void nothingIsWrittenOnceTheWriterIsTakenAway() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());
        cluster.writes.clear();

        cluster.stopServing();
        cluster.put(balancer("default/a"));

        assertThat(cluster.writes).isEmpty();
    }

    @Test
    void anAddressThatIsNotStoredYetIsReservedAndNotWrittenTwice() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());
        cluster.hold();

        cluster.put(balancer("default/a"));
        cluster.put(balancer("default/b"));
        cluster.put(balancer("default/a").labels(Map.of("app", "webpod")));
        assertThat(cluster.pool("blue").used()).isEqualTo(2);
        assertThat(cluster.held.stream().filter(update -> update.key().equals(key("default/a")))).hasSize(1);

        cluster.release();
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
    }

    @Test
    void anAddressIsGivenToTheNextOnlyWhenTheSourceHasStoredThatItsFormerHolderLostIt() {
        IpamCluster cluster =
                IpamCluster.running(pool("blue", "10.0.0.1").build(), pool("red", "10.0.9.0/24").selecting("red", "yes").build());
        cluster.put(balancer("default/a"));
        cluster.put(balancer("default/b"));
        assertThat(cluster.condition("default/b"))
                .isEqualTo("False out_of_ips: no free IPv4 address in pool blue; add a block or a pool");
        cluster.hold();

        cluster.put(balancer("default/a").labels(Map.of("red", "yes")).loadBalancerIp("10.0.9.7"));
        assertThat(cluster.held).extracting(StatusUpdate::key).contains(key("default/a")).doesNotContain(key("default/b"));

        cluster.release();
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.9.7");
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
        assertThat(cluster.condition("default/b")).isEqualTo("True satisfied: ");
    }

    @Test
    void anAddressThatTheSourceMayStoreYetIsNotGivenToAnotherAlthoughItIsNoLongerWanted() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.1-10.0.0.9").build());
        cluster.hold();

        cluster.put(balancer("default/a"));
        cluster.put(balancer("default/a").loadBalancerIp("10.0.0.9"));
        cluster.put(balancer("default/b"));
        cluster.release();

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.9");
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.2");
        cluster.put(balancer("default/c"));
        assertThat(cluster.addresses("default/c")).as("free again").containsExactly("10.0.0.1");
    }

    @Test
    void whoWaitsForAnExhaustedPoolIsServedWhenAServiceGoesTheOldestFirst() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.1").build(), balancer("default/a").build());
        cluster.put(balancer("default/a-young").created(Instant.ofEpochSecond(2)));
        cluster.put(balancer("default/z-old").created(Instant.ofEpochSecond(1)));

        cluster.delete(key("default/a"));

        assertThat(cluster.addresses("default/z-old")).containsExactly("10.0.0.1");
        assertThat(cluster.condition("default/a-young")).startsWith("False out_of_ips");
        assertThat(cluster.controller().snapshot().problems()).containsExactly(
                "1 Service lacks an address; default/a-young: no free IPv4 address in pool blue; add a block or a pool");
    }

    @Test
    void aStatusThatSomebodyElseOverwroteIsWrittenAgain() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());
        cluster.put(balancer("default/a"));
        Service service = cluster.service("default/a");

        cluster.put(service.withStatus(new Service.Status(List.of(),
                List.of(new Condition("example.com/Checked", Condition.Status.TRUE, "ok", "")))));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
        assertThat(cluster.service("default/a").status().conditions()).extracting(Condition::type)
                .containsExactly("example.com/Checked", "cilium.io/IPAMRequestSatisfied");
    }

    @Test
    void aRestartFindsEverythingAsItWasAndWritesNothing() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/30").build(), pool("red", "10.0.0.0/24").created(5).build());
        for (String name : List.of("a", "b", "c", "d", "e")) {
            cluster.put(balancer("default/" + name));
        }
        var before = List.copyOf(cluster.objects.values());
        cluster.takeServiceWrites();

        cluster.start();

        assertThat(cluster.takeServiceWrites()).isZero();
        assertThat(cluster.objects.values()).containsExactlyElementsOf(before);
    }

    @Test
    void aServiceThatLeavesOurResponsibilityLosesAddressAndConditionAndNothingElse() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());
        cluster.put(balancer("default/a"), balancer("default/b"));

        cluster.put(ServiceBuilder.service("default/a"));
        cluster.put(balancer("default/b").loadBalancerClass("example.com/other"));

        for (String name : List.of("default/a", "default/b")) {
            assertThat(cluster.service(name).status()).isEqualTo(Service.Status.NONE);
        }
        assertThat(cluster.pool("blue").used()).isZero();
        cluster.put(balancer("default/c"));
        assertThat(cluster.addresses("default/c")).containsExactly("10.0.0.0");
    }

    @Test
    void aServiceThatLeftWhileNoAgentRanIsCleanedUp() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());
        cluster.put(balancer("default/a"));
        cluster.kill();
        cluster.put(ServiceBuilder.service("default/a"));

        cluster.start();

        assertThat(cluster.service("default/a").status()).isEqualTo(Service.Status.NONE);
    }

    @Test
    void aServiceThatComesBackBeforeItsReleaseIsStoredKeepsItsAddress() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());
        cluster.put(balancer("default/a"));
        cluster.hold();

        cluster.put(ServiceBuilder.service("default/a"));
        cluster.put(balancer("default/a"));
        cluster.put(balancer("default/b"));
        cluster.release();

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
    }

    @Test
    void ourClassesAreServedAndForeignOnesAreLeftAloneWithoutACondition() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());

        cluster.put(balancer("a/cilium").loadBalancerClass("io.cilium/bgp-control-plane"),
                balancer("a/own").loadBalancerClass("io.roadstead/bgp"),
                balancer("a/foreign", "10.0.0.0").loadBalancerClass("io.cilium/l2-announcer"));

        assertThat(cluster.addresses("a/cilium")).containsExactly("10.0.0.1");
        assertThat(cluster.addresses("a/own")).containsExactly("10.0.0.2");
        assertThat(cluster.condition("a/foreign")).isEmpty();
        assertThat(cluster.addresses("a/foreign")).as("and what they have is not given to others").containsExactly("10.0.0.0");
        assertThat(cluster.controller().snapshot().services()).isEqualTo(2);
    }

    @Test
    void aServiceWithoutClassThatHasSomebodyElsesAddressIsLeftToThem() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());

        cluster.put(balancer("default/cloud", "203.0.113.9"));
        assertThat(cluster.takeServiceWrites()).isZero();
        assertThat(cluster.condition("default/cloud")).isEmpty();

        cluster.put(cluster.service("default/cloud").withStatus(Service.Status.NONE), balancer("x/y").build());
        cluster.objects.put(key("default/cloud"), balancer("default/cloud").build());
        cluster.start();
        assertThat(cluster.addresses("default/cloud")).as("until they take it away").hasSize(1).first().asString().startsWith("10.0.0.");
    }

    @Test
    void anAddressOfAPoolThatWasGivenByAnotherImplementationBeforeIsTakenOver() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build(), balancer("default/a", "10.0.0.77").build());

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.77");
        assertThat(cluster.condition("default/a")).isEqualTo("True satisfied: ");
    }

    @Test
    void withoutAnyPoolNoServiceIsTouched() {
        IpamCluster cluster = IpamCluster.running(balancer("default/a").build(), balancer("default/b", "203.0.113.9").build());

        assertThat(cluster.writes).isEmpty();
        assertThat(cluster.controller().pending(key("default/a"))).isEqualTo("no pool has IPv4 addresses; add one");

        cluster.put(pool("blue", "10.0.0.0/24").build());
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
    }

    @Test
    void aWriterThatFailsDoesNotLoseWhatWasDecided() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/24").build());
        cluster.stopServing();
        boolean[] broken = {true};
        cluster.controller().serve(updates -> {
            if (broken[0]) {
                throw new IllegalStateException("disk full");
            }
            cluster.write(updates);
        }, null);

        cluster.put(balancer("default/a"));
        assertThat(cluster.addresses("default/a")).isEmpty();
        broken[0] = false;
        cluster.put(balancer("default/b"));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
    }

    @Test
    void oneServiceAmongThousandsIsOneWrite() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.0/16").build());
        for (int i = 0; i < 2_000; i++) {
            cluster.put(balancer("default/s" + i));
        }
        cluster.writes.clear();

        cluster.put(balancer("default/one-more"));

        assertThat(cluster.takeServiceWrites()).isEqualTo(1);
    }

    @Test
    void figuresAreThoseOfTheLastChange() {
        IpamCluster cluster = IpamCluster.running(pool("blue", "10.0.0.1").build(), pool("six", "2001:db8::/32").build(),
                pool("red", "10.0.0.0/24").created(1).build());
        cluster.put(balancer("default/a"), balancer("default/b"));

        assertThat(value(cluster, "conflicting_pools", "")).isEqualTo(1);
        assertThat(value(cluster, "services_matching", "")).isEqualTo(2);
        assertThat(value(cluster, "services_unsatisfied", "")).isEqualTo(1);
        assertThat(value(cluster, "ips_used", "blue")).isEqualTo(1);
        assertThat(value(cluster, "ips_available", "blue")).isZero();
        assertThat(value(cluster, "ips_available", "six")).isEqualTo(BigInteger.TWO.pow(96).doubleValue());
        assertThat(cluster.controller().snapshot().status()).isEqualTo(new StatusView.Ipam(3, 1, 1, 1));
    }

    private static double value(IpamCluster cluster, String name, String pool) {
        return cluster.controller().collect().stream().filter(metric -> metric.name().equals("roadstead_lbipam_" + name))
                .map(Metric::samples).flatMap(List::stream)
                .filter(sample -> pool.isEmpty() ? sample.labels().isEmpty() : pool.equals(sample.labels().get("pool")))
                .mapToDouble(Metric.Sample::value).sum();
    }

    @Test
    void anAddressOfTheOtherFamilyIsNeverGivenOutOfHugePools() {
        IpamCluster cluster = IpamCluster.running(pool("six", "2001:db8::/32").withoutFirstAndLast().build());

        cluster.put(balancer("default/a").families(null, AddressFamily.IPV6));

        assertThat(cluster.service("default/a").status().loadBalancerIngress()).containsExactly(IpAddress.parse("2001:db8::1"));
        assertThat(cluster.pool("six").available()).isEqualTo(BigInteger.TWO.pow(96).subtract(BigInteger.valueOf(3)));
    }
}
