package io.roadstead.plugin.netlink;

import static io.roadstead.plugin.netlink.RouteLab.route;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.route.RouteInstaller.Route;
import io.roadstead.plugin.netlink.NetlinkConfig.OnStop;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

class NetlinkRouteInstallerTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private RouteLab lab;

    @BeforeEach
    void host() {
        Labs.require(Tool.IP);
        lab = new RouteLab();
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void installsChangesAndRemovesRoutesOfBothFamilies() {
        lab.want(route("10.1.0.0/24", "192.0.2.2"), route("10.2.0.0/16", "198.51.100.2"), route("2001:db8:f::/48", "2001:db8:1::2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "10.2.0.0/16 via 198.51.100.2", "2001:db8:f::/48 via 2001:db8:1::2");
        assertThat(lab.host.run("ip", "route", "show", "10.1.0.0/24")).contains("dev one proto 88 metric 2048");

        lab.want(route("10.1.0.0/24", "198.51.100.9"), route("2001:db8:f::/48", "2001:db8:2::9"));
        lab.eventuallyOwn("10.1.0.0/24 via 198.51.100.9", "2001:db8:f::/48 via 2001:db8:2::9");

        lab.want();
        lab.eventuallyOwn();
        assertThat(lab.installer().refused()).isEmpty();
        assertThat(lab.installer().status().health()).isEqualTo(Health.OK);
    }

    @Test
    void leadsIpv4OverAnIpv6Neighbour() {
        lab.want(route("10.1.0.0/24", "2001:db8:1::2"), route("10.2.0.0/24", "192.0.2.2", "2001:db8:2::2"));

        lab.eventuallyOwn("10.1.0.0/24 via 2001:db8:1::2", "10.2.0.0/24 via 192.0.2.2,2001:db8:2::2");
    }

    @Test
    void changesWaysOfEqualCostWithoutAGapOrADuplicate() {
        Route four = route("10.1.0.0/24", "192.0.2.2", "192.0.2.3", "198.51.100.2", "198.51.100.3");
        Route six = route("2001:db8:f::/48", "2001:db8:1::2", "2001:db8:1::3", "2001:db8:2::2", "2001:db8:2::3");
        lab.want(four, six);
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2,192.0.2.3,198.51.100.2,198.51.100.3",
                "2001:db8:f::/48 via 2001:db8:1::2,2001:db8:1::3,2001:db8:2::2,2001:db8:2::3");
        try (RouteMonitor monitor = new RouteMonitor(lab.host)) {
            lab.want(route("10.1.0.0/24", "192.0.2.3", "192.0.2.9"), route("2001:db8:f::/48", "2001:db8:1::3", "2001:db8:1::9"));
            lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.3,192.0.2.9", "2001:db8:f::/48 via 2001:db8:1::3,2001:db8:1::9");
            lab.want(route("10.1.0.0/24", "192.0.2.7"), route("2001:db8:f::/48", "2001:db8:1::7"));
            lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.7", "2001:db8:f::/48 via 2001:db8:1::7");
            lab.want(four, six);
            lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2,192.0.2.3,198.51.100.2,198.51.100.3",
                    "2001:db8:f::/48 via 2001:db8:1::2,2001:db8:1::3,2001:db8:2::2,2001:db8:2::3");

            assertThat(monitor.lines()).noneMatch(line -> line.contains("Deleted"));
        }
    }

    @Test
    void installsAndReplacesTenThousandRoutesWithoutEverDeletingOne() {
        lab.want(many("192.0.2.2"));
        eventually(SOON, () -> assertThat(lab.routes("88")).hasSize(10_000));
        try (RouteMonitor monitor = new RouteMonitor(lab.host)) {
            lab.want(many("198.51.100.2"));
            eventually(SOON,
                    () -> assertThat(lab.routes("88")).hasSize(10_000).allMatch(it -> it.endsWith("via 198.51.100.2")));

            assertThat(monitor.lines()).noneMatch(line -> line.contains("Deleted"));
        }
        lab.want();
        eventually(SOON, () -> assertThat(lab.routes("88")).isEmpty());
    }

    private static List<Route> many(String nextHop) {
        return IntStream.range(0, 10_000).mapToObj(i -> route("10." + (i >> 8) + "." + (i & 255) + ".0/24", nextHop)).toList();
    }

    @Test
    void neverTouchesRoutesOfOthers() {
        lab.host.route("10.1.0.0/24", "via", "192.0.2.9", "proto", "static", "metric", "2048");
        lab.host.route("10.2.0.0/24", "via", "192.0.2.9", "proto", "bgp", "metric", "20");
        lab.host.route("2001:db8:e::/48", "via", "2001:db8:1::9", "proto", "bgp", "metric", "2048");
        String kernels = lab.host.run("ip", "route", "show", "proto", "kernel");

        lab.want(route("10.1.0.0/24", "192.0.2.2"), route("10.2.0.0/24", "192.0.2.2"), route("2001:db8:e::/48", "2001:db8:1::2"),
                route("192.0.2.0/24", "198.51.100.2"));

        lab.eventuallyOwn("10.2.0.0/24 via 192.0.2.2", "192.0.2.0/24 via 198.51.100.2");
        eventually(SOON, () -> assertThat(lab.installer().refused()).containsOnlyKeys(IpPrefix.parse("10.1.0.0/24"),
                IpPrefix.parse("2001:db8:e::/48")));
        assertThat(lab.installer().refused().get(IpPrefix.parse("10.1.0.0/24"))).contains("protocol static with metric 2048");
        assertThat(lab.installer().refused().get(IpPrefix.parse("2001:db8:e::/48"))).contains("protocol bgp with metric 2048");

        lab.want();
        lab.eventuallyOwn();
        assertThat(lab.routes("static")).containsExactly("10.1.0.0/24 via 192.0.2.9");
        assertThat(lab.routes("bgp")).containsExactlyInAnyOrder("10.2.0.0/24 via 192.0.2.9", "2001:db8:e::/48 via 2001:db8:1::9");
        assertThat(lab.host.run("ip", "route", "show", "proto", "kernel")).isEqualTo(kernels);
    }

    @Test
    void takesAPlaceOnceItsOwnerHasGivenItUp() {
        lab.host.route("10.1.0.0/24", "via", "192.0.2.9", "proto", "static", "metric", "2048");
        lab.want(route("10.1.0.0/24", "192.0.2.2"));
        eventually(SOON, () -> assertThat(lab.installer().refused()).isNotEmpty());

        lab.host.run("ip", "route", "delete", "10.1.0.0/24", "proto", "static");

        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2");
        eventually(SOON, () -> assertThat(lab.installer().refused()).isEmpty());
    }

    @Test
    void reportsARefusedNextHopAndInstallsItOnceThereIsALinkToIt() {
        lab.want(route("10.1.0.0/24", "203.0.113.2"), route("10.2.0.0/24", "192.0.2.2"), route("2001:db8:f::/48", "2001:db8:3::2"));
        lab.eventuallyOwn("10.2.0.0/24 via 192.0.2.2");
        eventually(SOON, () -> assertThat(lab.installer().refused())
                .containsOnlyKeys(IpPrefix.parse("10.1.0.0/24"), IpPrefix.parse("2001:db8:f::/48")));
        assertThat(lab.installer().refused().get(IpPrefix.parse("10.1.0.0/24"))).contains("Nexthop has invalid gateway");

        lab.host.stub("three").address("three", "203.0.113.1/24").address("three", "2001:db8:3::1/64");

        lab.eventuallyOwn("10.1.0.0/24 via 203.0.113.2", "10.2.0.0/24 via 192.0.2.2", "2001:db8:f::/48 via 2001:db8:3::2");
        eventually(SOON, () -> assertThat(lab.installer().refused()).isEmpty());
    }

    @Test
    void removesARouteWhoseNewNextHopIsRefused() {
        lab.want(route("10.1.0.0/24", "192.0.2.2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2");

        lab.want(route("10.1.0.0/24", "203.0.113.2"));

        lab.eventuallyOwn();
        eventually(SOON, () -> assertThat(lab.installer().refused()).containsOnlyKeys(IpPrefix.parse("10.1.0.0/24")));
    }

    @Test
    void putsBackWhatSomebodyDeletedAndWhatWentWithALink() {
        lab.want(route("10.1.0.0/24", "192.0.2.2"), route("10.2.0.0/24", "198.51.100.2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "10.2.0.0/24 via 198.51.100.2");

        lab.host.run("ip", "route", "delete", "10.1.0.0/24");
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "10.2.0.0/24 via 198.51.100.2");

        lab.host.down("one");
        eventually(SOON, () -> assertThat(lab.installer().refused()).containsOnlyKeys(IpPrefix.parse("10.1.0.0/24")));
        lab.eventuallyOwn("10.2.0.0/24 via 198.51.100.2");
        lab.host.up("one");
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "10.2.0.0/24 via 198.51.100.2");
    }

    @Test
    void routesOutliveTheAgentAndItsNextRunTakesThemOver() {
        lab.want(route("10.1.0.0/24", "192.0.2.2"), route("10.2.0.0/24", "192.0.2.2"), route("10.3.0.0/24", "192.0.2.2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "10.2.0.0/24 via 192.0.2.2", "10.3.0.0/24 via 192.0.2.2");
        lab.stop();
        assertThat(lab.routes("88")).hasSize(3);

        try (RouteMonitor monitor = new RouteMonitor(lab.host)) {
            lab.start(RouteLab.CONFIG);
            lab.installer().replace(List.of(route("10.1.0.0/24", "192.0.2.2"), route("10.2.0.0/24", "192.0.2.3")), false);
            lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "10.2.0.0/24 via 192.0.2.3", "10.3.0.0/24 via 192.0.2.2");
            lab.installer().replace(List.of(route("10.1.0.0/24", "192.0.2.2")), false);
            lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "10.3.0.0/24 via 192.0.2.2");
            assertThat(monitor.lines()).noneMatch(line -> line.contains("10.1.0.0/24"));
        }

        lab.want(route("10.1.0.0/24", "192.0.2.2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2");
    }

    @Test
    void takesOverRoutesOfARunWithAnotherMetric() {
        lab.want(route("10.1.0.0/24", "192.0.2.2"), route("10.2.0.0/24", "192.0.2.2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "10.2.0.0/24 via 192.0.2.2");
        lab.stop();

        lab.start(new NetlinkConfig(88, 254, 50, OnStop.KEEP));
        lab.want(route("10.1.0.0/24", "192.0.2.2"));

        eventually(SOON, () -> assertThat(lab.host.run("ip", "route", "show", "proto", "88").lines())
                .singleElement().asString().contains("10.1.0.0/24", "metric 50"));
    }

    @Test
    void removesRoutesOnStopWhenAsked() {
        lab.host.route("10.9.0.0/24", "via", "192.0.2.9", "proto", "static", "metric", "2048");
        lab.want(route("10.1.0.0/24", "192.0.2.2"), route("2001:db8:f::/48", "2001:db8:1::2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2", "2001:db8:f::/48 via 2001:db8:1::2");

        assertThat(lab.installer().reconfigure(new NetlinkConfig(88, 254, 2048, OnStop.REMOVE))).isTrue();
        lab.stop();

        assertThat(lab.routes("88")).isEmpty();
        assertThat(lab.routes("static")).containsExactly("10.9.0.0/24 via 192.0.2.9");
    }

    @Test
    void leavesNothingUnderANumberThatIsGivenUp() {
        lab.want(route("10.1.0.0/24", "192.0.2.2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2");

        assertThat(lab.installer().reconfigure(new NetlinkConfig(89, 254, 2048, OnStop.KEEP))).isFalse();
        lab.stop();

        assertThat(lab.routes("88")).isEmpty();
    }

    @Test
    void usesATableOfItsOwn() {
        lab.stop();
        lab.start(new NetlinkConfig(88, 1_000, 2048, OnStop.KEEP));

        lab.want(route("10.1.0.0/24", "192.0.2.2"));

        eventually(SOON, () -> assertThat(lab.host.run("ip", "route", "show", "table", "1000"))
                .contains("10.1.0.0/24 via 192.0.2.2"));
        assertThat(lab.routes("88")).isEmpty();
    }

    @Test
    void withoutThePrivilegeItSaysWhatIsMissingAndChangesNothing() {
        lab.want(route("10.1.0.0/24", "192.0.2.2"));
        lab.eventuallyOwn("10.1.0.0/24 via 192.0.2.2");
        lab.stop();

        lab.startUnprivileged();
        lab.want(route("10.2.0.0/24", "192.0.2.2"));

        eventually(SOON, () -> assertThat(lab.installer().status().health()).isEqualTo(Health.FAILED));
        assertThat(lab.installer().status().problems()).singleElement().asString().contains("not permitted", "CAP_NET_ADMIN");
        assertThat(lab.installer().refused().get(IpPrefix.parse("10.2.0.0/24"))).contains("not permitted");
        assertThat(lab.routes("88")).containsExactly("10.1.0.0/24 via 192.0.2.2");
    }

    @Test
    void tellsOfRefusalsWhenTheyChange() {
        Map<IpPrefix, String> seen = new ConcurrentHashMap<>();
        lab.installer().onRefusal(() -> {
            seen.keySet().retainAll(lab.installer().refused().keySet());
            seen.putAll(lab.installer().refused());
        });

        lab.want(route("10.1.0.0/24", "203.0.113.2"));
        eventually(SOON, () -> assertThat(seen.keySet()).isEqualTo(Set.of(IpPrefix.parse("10.1.0.0/24"))));

        lab.want();
        eventually(SOON, () -> assertThat(seen).isEmpty());
    }
}
