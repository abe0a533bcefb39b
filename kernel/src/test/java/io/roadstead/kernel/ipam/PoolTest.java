package io.roadstead.kernel.ipam;

import static io.roadstead.kernel.ipam.IpamCluster.balancer;
import static io.roadstead.kernel.ipam.IpamCluster.key;
import static io.roadstead.kernel.ipam.IpamCluster.pool;
import static io.roadstead.kernel.ipam.IpamCluster.poolKey;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.source.StatusUpdate;

/** What pools hold, when they are in each other's way, and that nothing done to a pool moves an address. */
class PoolTest {

    @Test
    void firstAndLastAreKeptBackInCidrBlocksOnlyAndNotInTheSmallest() {
        assertThat(total("10.0.0.0/30")).isEqualTo("2");
        assertThat(total("10.0.0.0/31")).isEqualTo("2");
        assertThat(total("10.0.0.0/32")).isEqualTo("1");
        assertThat(total("2001:db8::/126")).isEqualTo("2");
        assertThat(total("2001:db8::/127")).isEqualTo("2");
        assertThat(total("2001:db8::/128")).isEqualTo("1");
        assertThat(total("10.0.0.0-10.0.0.3")).isEqualTo("4");
        assertThat(total("10.0.0.9")).isEqualTo("1");
        assertThat(total("::/0")).isEqualTo(BigInteger.TWO.pow(128).subtract(BigInteger.TWO).toString());
        assertThat(total("10.0.0.0/24", "10.0.0.128/25", "10.0.1.0/24")).as("what overlaps counts once").isEqualTo("508");
    }

    private static String total(String... blocks) {
        return new Pool(pool("p", blocks).withoutFirstAndLast().build()).view().total().toString();
    }

    @Test
    void blocksAreServedInTheirOrderThenTheNextPoolByAge() {
        IpamCluster cluster = IpamCluster.running(pool("a-young", "10.0.3.1").created(2).build(),
                pool("z-old", "10.0.2.1", "10.0.1.1").created(1).build());

        cluster.put(balancer("default/a"), balancer("default/b"), balancer("default/c"));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.2.1");
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.1.1");
        assertThat(cluster.addresses("default/c")).containsExactly("10.0.3.1");
    }

    @Test
    void theNewerOfTwoOverlappingPoolsHandsOutNothingUntilTheConflictIsResolved() {
        IpamCluster cluster = IpamCluster.running(pool("old", "10.0.0.0/28").created(1).selecting("old", "yes").build(),
                pool("new", "10.0.1.0/24", "10.0.0.8-10.0.0.20").created(2).build());
        assertThat(cluster.pool("new").conflict()).isEqualTo("10.0.0.8-10.0.0.20 overlaps 10.0.0.0/28 of pool old");
        assertThat(cluster.pool("old").conflict()).isEmpty();
        assertThat(conflict(cluster, "new")).isEqualTo(new Condition("cilium.io/PoolConflict", Condition.Status.TRUE, "cidr_overlap",
                "10.0.0.8-10.0.0.20 overlaps 10.0.0.0/28 of pool old; the newer pool hands out nothing until one of them is changed"));

        cluster.put(balancer("default/a"));
        assertThat(cluster.condition("default/a"))
                .isEqualTo("False no_pool: pool new is in conflict: 10.0.0.8-10.0.0.20 overlaps 10.0.0.0/28 "
                        + "of pool old; enable or correct it, or add a pool");

        cluster.delete(poolKey("old"));
        assertThat(conflict(cluster, "new")).isEqualTo(new Condition("cilium.io/PoolConflict", Condition.Status.FALSE, "resolved", ""));
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.1.0");
    }

    @Test
    void poolsOfTheSameAgeAreRankedByNameAndOneInConflictDisturbsNoThird() {
        IpamCluster cluster = IpamCluster.running(pool("c", "10.0.0.200-10.0.1.9").build(), pool("b", "10.0.0.128-10.0.0.255").build(),
                pool("a", "10.0.0.0/25", "10.0.0.128").build());

        assertThat(cluster.pool("a").conflict()).isEmpty();
        assertThat(cluster.pool("b").conflict()).isEqualTo("10.0.0.128-10.0.0.255 overlaps 10.0.0.128 of pool a");
        assertThat(cluster.pool("c").conflict()).isEmpty();
        assertThat(cluster.controller().snapshot().problems())
                .containsExactly("pool b hands out no new address: 10.0.0.128-10.0.0.255 overlaps "
                        + "10.0.0.128 of pool a; change one of the two");
    }

    @Test
    void aPoolThatOverlapsItselfIsInConflict() {
        IpamCluster cluster = IpamCluster.running(pool("p", "10.0.0.0/24", "10.0.0.7").build());

        assertThat(cluster.pool("p").conflict()).isEqualTo("10.0.0.7 overlaps 10.0.0.0/24 of the same pool");
    }

    @Test
    void aPoolServesTheServicesThatItsSelectorMatchesAlsoByNameAndNamespace() {
        IpamCluster cluster = IpamCluster.running(pool("red", "10.0.0.0/24").selecting("color", "red").build(),
                pool("ns", "10.0.1.0/24").selecting("io.kubernetes.service.namespace", "shop").build());

        cluster.put(balancer("default/a").labels(Map.of("color", "red")), balancer("shop/b"), balancer("default/c"));

        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
        assertThat(cluster.addresses("shop/b")).containsExactly("10.0.1.0");
        assertThat(cluster.condition("default/c")).isEqualTo("False pool_selector_mismatch: no pool with IPv4 addresses selects it; "
                + "add a label that one of pools ns, red selects, or change a serviceSelector");

        cluster.put(balancer("default/c").labels(Map.of("color", "red")));
        assertThat(cluster.addresses("default/c")).containsExactly("10.0.0.1");
    }

    @Test
    void nothingThatIsDoneToAPoolMovesAnAddressNeitherNowNorAtTheNextStart() {
        IpamCluster cluster = IpamCluster.running(pool("p", "10.0.0.0/24").created(5).build(), balancer("default/a").build());
        for (int i = 0; i < 3; i++) {
            cluster.put(balancer("default/more" + i));
        }

        keeps(cluster, pool("p", "10.0.0.0/24").created(5).disabled(), "10.0.0.0 kept although pool p is disabled");
        keeps(cluster, pool("p", "10.0.0.0/24").created(5).selecting("x", "y"),
                "10.0.0.0 kept although pool p selects only Services with x=y");
        keeps(cluster, pool("p", "10.0.0.0/24").created(5).withoutFirstAndLast(),
                "10.0.0.0 kept although pool p keeps the first and last address of a block back (allowFirstLastIPs: No)");
        keeps(cluster, pool("p", "10.0.0.2-10.0.0.9").created(5), "10.0.0.0 kept although no pool contains it");
        keeps(cluster, pool("p", "10.0.0.0/16").created(5), "");
        keeps(cluster, pool("older", "10.0.0.128/25").created(1),
                "10.0.0.0 kept although pool p is in conflict: 10.0.0.0/16 overlaps 10.0.0.128/25 of pool older");
        cluster.delete(poolKey("older"), poolKey("p"));
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
        assertThat(cluster.condition("default/a")).isEqualTo("True satisfied: 10.0.0.0 kept although no pool contains it");
        assertThat(cluster.addresses("default/more2")).containsExactly("10.0.0.3");
    }

    private static void keeps(IpamCluster cluster, IpamCluster.PoolBuilder edited, String message) {
        cluster.put(edited.build());
        assertThat(cluster.addresses("default/a")).containsExactly("10.0.0.0");
        assertThat(cluster.condition("default/a")).isEqualTo("True satisfied: " + message);
        cluster.takeServiceWrites();
        cluster.start();
        assertThat(cluster.takeServiceWrites()).as("a restart changes nothing after: " + message).isZero();
    }

    @Test
    void aDisabledPoolGivesNothingNewAndCountsOn() {
        IpamCluster cluster = IpamCluster.running(pool("p", "10.0.0.0/30").build(), balancer("default/a").build());
        cluster.put(pool("p", "10.0.0.0/30").disabled().build());

        cluster.put(balancer("default/b"));

        assertThat(cluster.condition("default/b")).isEqualTo("False no_pool: pool p is disabled; enable or correct it, or add a pool");
        assertThat(cluster.pool("p").disabled()).isTrue();
        assertThat(cluster.pool("p").used()).isEqualTo(1);
        cluster.put(pool("p", "10.0.0.0/30").build());
        assertThat(cluster.addresses("default/b")).containsExactly("10.0.0.1");
    }

    @Test
    void anAddressThatIsKeptBackNowAndUsedDoesNotCountAsAvailable() {
        IpamCluster cluster = IpamCluster.running(pool("p", "10.0.0.0/30").build(), balancer("default/a").build());

        cluster.put(pool("p", "10.0.0.0/30").withoutFirstAndLast().build());

        assertThat(cluster.pool("p").total()).isEqualTo(2);
        assertThat(cluster.pool("p").used()).isEqualTo(1);
        assertThat(cluster.pool("p").available()).isEqualTo(2);
        cluster.delete(key("default/a"));
        assertThat(cluster.pool("p").used()).isZero();
    }

    private static Condition conflict(IpamCluster cluster, String pool) {
        return cluster.writes.stream().filter(update -> update.key().equals(poolKey(pool))).map(StatusUpdate.Conditions.class::cast)
                .map(StatusUpdate.Conditions::conditions).flatMap(List::stream)
                .filter(condition -> condition.type().equals("cilium.io/PoolConflict")).reduce((first, second) -> second).orElseThrow();
    }
}
