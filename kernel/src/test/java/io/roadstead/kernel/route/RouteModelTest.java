package io.roadstead.kernel.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.RouteDecision;

/** The incremental engine against a computation from scratch, after each of many random changes. */
class RouteModelTest {

    private static final int STEPS = 600;

    private final RouteLab lab = RouteLab.synced();
    private boolean servicesThere = true;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 42, 20_261_122, -7})
    void everySessionHasWhatAComputationFromScratchGives(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            String change = change(random);
            for (FakeSession session : lab.protocol.live.values()) {
                for (AfiSafi family : session.spec.families()) {
                    assertThat(session.routes(family)).as("seed %d step %d: %s, %s", seed, step, change, session.id())
                            .isEqualTo(fromScratch(family));
                }
            }
        }
        assertThat(lab.protocol.opened.size()).as("sessions opened").isLessThan(STEPS / 4);
    }

    private String change(Random random) {
        int i = random.nextInt(6);
        int kind = random.nextInt(12);
        switch (kind) {
            case 0, 1, 2 -> lab.apply(RouteLab.service("s" + i, random.nextBoolean() ? "webpod" : "shop",
                    random.nextInt(4) == 0 ? "" : (random.nextInt(5) == 0 ? "fd00::" + i : "172.16.1." + random.nextInt(4)),
                    random.nextBoolean() ? "Local" : "Cluster"));
            case 3 -> lab.apply(RouteLab.slice("s" + i, random.nextBoolean() ? "k8s-w1" : "k8s-w0"));
            case 4 -> lab.delete(random.nextBoolean() ? "Service" : "EndpointSlice", "default",
                    random.nextBoolean() ? "s" + i : "s" + i + "-x");
            case 5, 6 -> lab.apply("""
                    apiVersion = cilium.io/v2, kind = CiliumBGPAdvertisement, metadata { name = a%d, labels.advertise = %s }
                    spec.advertisements = [%s { advertisementType = Service, service.addresses = [LoadBalancerIP], selector.matchLabels.app = %s
                      %s attributes { localPreference = %d, communities.standard = ["65001:%d"] } }]
                    """.formatted(i % 3, random.nextBoolean() ? "bgp" : "other",
                    random.nextBoolean() ? "{ advertisementType = PodCIDR }," : "",
                    random.nextBoolean() ? "webpod" : "shop", random.nextInt(3) == 0 ? "nodeSelector.matchLabels.rack = r2," : "",
                    random.nextInt(3),
                    random.nextInt(3)));
            case 7 -> lab.delete("CiliumBGPAdvertisement", "", "a" + i % 3);
            case 8 -> lab.apply(RouteLab.node(random.nextInt(8) == 0 ? "false" : "true").replace("r1", random.nextBoolean() ? "r1" : "r2"));
            case 9 -> lab.apply(RouteLab.PEER_CONFIG.replace("advertise = bgp", "advertise = " + (random.nextBoolean() ? "bgp" : "other"))
                    .replace("families = [",
                            random.nextBoolean() ? "families = [{ afi = ipv6, safi = unicast, advertisements {} }, " : "families = ["));
            case 10 -> lab.apply(RouteLab.CLUSTER_CONFIG.replace("] }] }",
                    (random.nextBoolean() ? ", { name = b, peerAddress = 10.0.0.2, peerConfigRef.name = cilium-peer }" : "") + "] }] }"));
            default -> {
                if (servicesThere) {
                    lab.controller.advertiserRemoved(lab.services);
                } else {
                    lab.controller.advertiserAdded(lab.services);
                }
                servicesThere = !servicesThere;
            }
        }
        return "change of kind " + kind + " on " + i;
    }

    private Map<IpPrefix, RouteAttributes> fromScratch(AfiSafi family) {
        ClusterView view = lab.cluster.view();
        Map<IpPrefix, RouteAttributes> routes = new TreeMap<>();
        LabelSelector selector = view.get(BgpPeerConfig.class, "", "cilium-peer").orElseThrow().families().stream()
                .filter(item -> item.afiSafi() == family).findFirst().map(BgpPeerConfig.Family::advertisements).orElseThrow();
        List<BgpAdvertisement> advertisements = view.all(BgpAdvertisement.class).stream()
                .filter(advertisement -> selector.matches(advertisement.meta().labels()))
                .sorted(Comparator.comparing(advertisement -> advertisement.meta().name())).toList();
        for (BgpAdvertisement advertisement : advertisements) {
            for (BgpAdvertisement.Entry entry : advertisement.entries()) {
                boolean here = entry.nodeSelector() == null || entry.nodeSelector().matches(view.localNodeLabels());
                FakeAdvertiser advertiser = entry.type().equals(BgpAdvertisement.Entry.SERVICE) ? lab.services : lab.pods;
                if (here && (servicesThere || advertiser.equals(lab.pods))) {
                    for (ResourceKey subject : advertiser.subjects(view)) {
                        for (RouteDecision decision : advertiser.decide(subject, entry, view)) {
                            IpPrefix prefix = decision.prefix();
                            if (decision.announced() && prefix != null && prefix.family() == family.addressFamily()) {
                                routes.merge(prefix, entry.attributes(), RouteAttributes::merge);
                            }
                        }
                    }
                }
            }
        }
        return routes;
    }
}
