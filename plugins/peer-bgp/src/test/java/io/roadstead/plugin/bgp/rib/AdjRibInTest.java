package io.roadstead.plugin.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.peer.RouteEntry;

class AdjRibInTest {

    private static final PathAttributes PLAIN = Paths.PLAIN.build();
    private static final List<IpPrefix> ONE = Paths.prefixes("10.1.0.0/16");
    private static final List<IpPrefix> BOTH = Paths.prefixes("10.2.0.0/16", "10.1.0.0/16");
    private final AdjRibIn rib = new AdjRibIn(AfiSafi.IPV4_UNICAST);

    @Test
    void aChangeIsToldOnceAndTheTableIsInOrder() {
        assertThat(rib.announce(PLAIN, BOTH, "", Instants.T0)).hasSize(2);
        assertThat(rib.announce(Paths.PLAIN.build(), BOTH, "", Instants.T1)).as("said again").isEmpty();
        assertThat(rib.entries()).extracting(RouteEntry::prefix).isEqualTo(BOTH.reversed());
        assertThat(rib.entries()).allMatch(entry -> entry.since().equals(Instants.T0));
        assertThat(rib.attributeSets()).isEqualTo(1);
        assertThat(rib.announce(Paths.PLAIN.med(7).build(), ONE, "", Instants.T1))
                .containsExactly(new RouteChange(ONE.getFirst(), Paths.PLAIN.med(7).build(), Instants.T1));
        assertThat(rib.attributeSets()).isEqualTo(2);
        assertThat(rib.withdraw(BOTH, Instants.T2)).hasSize(2).allMatch(change -> change.attributes() == null);
        assertThat(rib.withdraw(BOTH, Instants.T2)).isEmpty();
        assertThat(rib.attributeSets()).as("nothing is kept for nobody").isZero();
    }

    @Test
    void whatMayNotBeUsedIsKeptAndShownButNotTold() {
        assertThat(rib.announce(PLAIN, ONE, "AS loop", Instants.T0)).isEmpty();
        assertThat(rib.size()).isEqualTo(1);
        assertThat(rib.accepted()).isZero();
        assertThat(rib.entries()).singleElement().returns("AS loop", RouteEntry::ineligible);
        assertThat(rib.announce(PLAIN, ONE, "", Instants.T1)).as("usable now").hasSize(1);
        assertThat(rib.announce(PLAIN, ONE, "AS loop", Instants.T2)).containsExactly(new RouteChange(ONE.getFirst(), null, Instants.T2));
        assertThat(rib.withdraw(ONE, Instants.T2)).isEmpty();
    }

    @Test
    void overARestartOnlyWhatIsNotConfirmedGoes() {
        rib.announce(PLAIN, BOTH, "", Instants.T0);
        rib.markStale();
        assertThat(rib.stale()).isEqualTo(2);
        assertThat(rib.accepted()).as("stale paths stay usable").isEqualTo(2);

        assertThat(rib.announce(PLAIN, ONE, "", Instants.T1)).isEmpty();
        assertThat(rib.stale()).isEqualTo(1);
        assertThat(rib.removeStale(Instants.T2)).extracting(RouteChange::prefix).containsExactly(BOTH.getFirst());
        assertThat(rib.entries()).singleElement().returns(false, RouteEntry::stale).returns(Instants.T0, RouteEntry::since);
        assertThat(rib.removeStale(Instants.T2)).isEmpty();
        assertThat(rib.clear(Instants.T2)).hasSize(1);
        assertThat(rib.size()).isZero();
    }

    @Test
    void pathsThatMayNotBeUsedHaveTheirReason() {
        ImportChecks checks = new ImportChecks(new AsNumber(65001), new AsNumber(65010), RouterId.parse("192.0.2.1"),
                Set.of(IpAddress.parse("192.0.2.1")), 0);

        assertThat(checks.ineligible(PLAIN)).isEmpty();
        assertThat(checks.ineligible(Paths.PLAIN.as(65010, 65001).build())).contains("AS loop");
        assertThat(checks.ineligible(Paths.PLAIN.as(65011).build())).contains("first AS");
        assertThat(checks.ineligible(Paths.PLAIN.as().build())).contains("first AS");
        assertThat(checks.ineligible(Paths.PLAIN.originator("192.0.2.1").build())).contains("originated here");
        assertThat(checks.ineligible(Paths.PLAIN.clusters("192.0.2.5", "192.0.2.1").build())).contains("cluster loop");
        for (String nextHop : List.of("192.0.2.1", "0.0.0.0", "224.0.0.1", "127.0.0.1", "::", "ff02::1")) {
            assertThat(checks.ineligible(Paths.PLAIN.nextHop(nextHop).build())).as(nextHop).startsWith("next hop " + nextHop);
        }
        ImportChecks internal = new ImportChecks(new AsNumber(65001), new AsNumber(65001), RouterId.parse("192.0.2.1"), Set.of(), 0);
        assertThat(internal.ineligible(Paths.PLAIN.as().build())).as("within the AS").isEmpty();
        ImportChecks lenient = new ImportChecks(new AsNumber(65001), new AsNumber(65010), RouterId.parse("192.0.2.1"), Set.of(), 1);
        assertThat(lenient.ineligible(Paths.PLAIN.as(65010, 65001).build())).as("from another node of the AS").isEmpty();
        assertThat(lenient.ineligible(Paths.PLAIN.as(65010, 65001, 65010, 65001).build())).contains("AS loop");
    }
}
