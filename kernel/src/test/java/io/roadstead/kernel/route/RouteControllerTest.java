package io.roadstead.kernel.route;

import static io.roadstead.kernel.route.RouteLab.ADVERTISE_PODS;
import static io.roadstead.kernel.route.RouteLab.ADVERTISE_SERVICES;
import static io.roadstead.kernel.route.RouteLab.CLUSTER_CONFIG;
import static io.roadstead.kernel.route.RouteLab.PEER_CONFIG;
import static io.roadstead.kernel.route.RouteLab.node;
import static io.roadstead.kernel.route.RouteLab.service;
import static io.roadstead.kernel.route.RouteLab.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.view.RoutePolicyView;

class RouteControllerTest {

    private static final IpPrefix VIP = IpPrefix.parse("172.16.1.1/32");

    @Test
    void nothingIsOpenedBeforeEverythingHasBeenRead() {
        RouteLab lab = new RouteLab();
        lab.apply(node("true"), ADVERTISE_PODS, PEER_CONFIG, CLUSTER_CONFIG);
        assertThat(lab.protocol.opened).isEmpty();
        assertThat(lab.controller.explainRoute(VIP).rows()).extracting(row -> row.reason().code())
                .containsExactly(RouteReason.SOURCE_NOT_SYNCED);

        lab.sync();

        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
    }

    @Test
    void theLabsResourcesBecomeOneSessionWithItsTimersAndTheNodesOwnPodCidr() {
        PeerSpec spec = RouteLab.synced().tor().spec;

        assertThat(spec.localAsn()).isEqualTo(new AsNumber(65001));
        assertThat(spec.peerAsn()).isEqualTo(new AsNumber(65000));
        assertThat(spec.peerAddress()).hasToString("192.168.10.200");
        assertThat(spec.localPort()).isNull();
        assertThat(spec.routerId()).isEqualTo(RouterId.parse("192.168.10.101"));
        assertThat(spec.timers().hold()).isEqualTo(Duration.ofSeconds(9));
        assertThat(spec.timers().keepalive()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spec.restartTime()).isEqualTo(Duration.ofSeconds(15));
        assertThat(spec.ebgpMultihop()).isEqualTo(2);
        assertThat(spec.families()).containsExactly(AfiSafi.IPV4_UNICAST);
        assertThat(spec.password()).isNull();
    }

    @Test
    void aNodeThatIsNoLongerSelectedClosesItsSessionAndGetsItBackWithTheLabel() {
        RouteLab lab = RouteLab.synced();
        FakeSession first = lab.tor();

        lab.apply(node("false"));
        assertThat(first.closed).isEqualTo(CloseReason.DECONFIGURED);
        assertThat(lab.controller.explainRoute(VIP).rows()).extracting(row -> row.reason().code())
                .containsExactly(RouteReason.NODE_NOT_SELECTED);

        lab.apply(node("true"));
        assertThat(lab.tor()).isNotSameAs(first);
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
    }

    @Test
    void aPeerIsOpenedAgainOnlyWhenItsOldSessionHasEnded() {
        RouteLab lab = RouteLab.synced();
        CompletableFuture<Void> ending = new CompletableFuture<>();
        lab.tor().closing = ending;

        lab.apply(node("false"));
        lab.apply(node("true"));
        assertThat(lab.protocol.opened).hasSize(1);

        ending.complete(null);
        lab.loop.runReady();
        assertThat(lab.protocol.opened).hasSize(2);
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
    }

    @Test
    void serviceAddressesFollowServiceEndpointsAndPolicyByDeltas() {
        RouteLab lab = RouteLab.synced();
        lab.apply(ADVERTISE_SERVICES);
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"), slice("webpod", "k8s-ctr", "k8s-w1"));
        assertThat(lab.tor().ipv4()).containsExactly("172.16.1.1/32", "172.20.1.0/24");

        lab.apply(slice("webpod", "k8s-ctr"));
        assertThat(lab.tor().ipv4()).contains("172.16.1.1/32");
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Local"));
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
        lab.apply(slice("webpod", "k8s-w1"));
        assertThat(lab.tor().ipv4()).contains("172.16.1.1/32");
        lab.delete("EndpointSlice", "default", "webpod-x");
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");

        assertThat(lab.tor().replacements).isEqualTo(1);
        assertThat(lab.tor().reconfigurations).isZero();
    }

    @Test
    void oneServiceOfTenThousandCostsOneDecisionAndOneDelta() {
        RouteLab lab = RouteLab.synced();
        List<Resource> services = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            services.add(RouteLab.decode(service("s" + i, "webpod", IpAddress.ipv4(0x0a000000 + i).toString(), "Local")));
        }
        lab.apply(services.toArray(Resource[]::new));
        lab.apply(ADVERTISE_SERVICES);
        lab.services.decided.clear();

        lab.apply(slice("s77", "k8s-w1"));

        assertThat(lab.services.decided).containsExactly(new ResourceKey("Service", "default", "s77"));
        assertThat(lab.tor().deltas).hasSize(1);
        assertThat(lab.tor().deltas.getFirst().announce()).containsOnlyKeys(IpPrefix.parse("10.0.0.77/32"));

        lab.apply(node("true").replace("r1", "r2"));
        assertThat(lab.tor().reconfigurations).isZero();
        assertThat(lab.tor().replacements).isEqualTo(1);
        assertThat(lab.tor().deltas).hasSize(1);
        assertThat(lab.protocol.opened).hasSize(1);
    }

    @Test
    void peersWithTheSameSelectionShareTheDecisions() {
        RouteLab lab = new RouteLab();
        lab.apply(node("true"), PEER_CONFIG, ADVERTISE_SERVICES, service("webpod", "webpod", "172.16.1.1", "Cluster"),
                CLUSTER_CONFIG.replace("] }] }", ", { name = b, peerAddress = 10.0.0.2, peerConfigRef.name = cilium-peer }, "
                        + "{ name = c, peerAddress = 10.0.0.3 } ] }] }"));
        lab.sync();

        assertThat(lab.services.decided).hasSize(1);
        assertThat(lab.protocol.session("instance-65001", "b").ipv4()).containsExactly("172.16.1.1/32");
        FakeSession bare = lab.protocol.session("instance-65001", "c");
        assertThat(bare.routes.keySet()).containsExactly(AfiSafi.IPV4_UNICAST, AfiSafi.IPV6_UNICAST);
        assertThat(bare.ipv4()).isEmpty();
    }

    @Test
    void aPeerConfigThatGoesKeepsTheRunningSessionAndIsNamed() {
        RouteLab lab = RouteLab.synced();

        lab.delete("CiliumBGPPeerConfig", "", "cilium-peer");

        assertThat(lab.protocol.opened).hasSize(1);
        assertThat(lab.tor().closed).isNull();
        assertThat(lab.tor().reconfigurations).isZero();
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
        assertThat(lab.controller.problems()).singleElement().asString().contains("tor-switch", "CiliumBGPPeerConfig cilium-peer");

        lab.apply(PEER_CONFIG.replace("ebgpMultihop = 2", "ebgpMultihop = 3"));
        assertThat(lab.tor().spec.ebgpMultihop()).isEqualTo(3);
        assertThat(lab.controller.problems()).isEmpty();
        assertThat(lab.controller.peers().getFirst().reconfiguration()).extracting(Reconfiguration::outcome)
                .isEqualTo(Reconfiguration.Outcome.APPLIED);
    }

    @Test
    void aPeerConfigThatNeverWasStartsNoSession() {
        RouteLab lab = new RouteLab();
        lab.apply(node("true"), CLUSTER_CONFIG);
        lab.sync();

        assertThat(lab.protocol.opened).isEmpty();
        assertThat(lab.controller.explainRoute(VIP).rows()).extracting(row -> row.reason().code())
                .containsExactly(RouteReason.PEER_CONFIG_MISSING);
    }

    @Test
    void aMissingOrEmptyPasswordNeverOpensASessionAndKeepsARunningOneWithTheLastGood() {
        RouteLab lab = new RouteLab();
        lab.apply(node("true"), CLUSTER_CONFIG, PEER_CONFIG.replace("ebgpMultihop = 2", "authSecretRef = bgp-auth"));
        lab.sync();
        assertThat(lab.protocol.opened).isEmpty();
        assertThat(lab.controller.explainRoute(VIP).rows()).extracting(row -> row.reason().code())
                .containsExactly(RouteReason.AUTH_SECRET_MISSING);

        String secret =
                "apiVersion = v1, kind = Secret, metadata { name = bgp-auth, namespace = kube-system }, stringData.password = \"%s\"";
        lab.apply(secret.formatted(""));
        assertThat(lab.protocol.opened).isEmpty();
        lab.apply(secret.formatted("hunter2"));
        assertThat(lab.tor().spec.password()).isEqualTo(Secret.of("hunter2"));

        lab.delete("Secret", "kube-system", "bgp-auth");
        assertThat(lab.tor().spec.password()).isEqualTo(Secret.of("hunter2"));
        assertThat(lab.tor().reconfigurations).isZero();
        assertThat(lab.controller.problems()).singleElement().asString().contains("kube-system/bgp-auth").doesNotContain("hunter2");

        lab.apply(secret.formatted("other"));
        assertThat(lab.tor().spec.password()).isEqualTo(Secret.of("other"));
    }

    @Test
    void aSessionWithoutPasswordGoesOnUntilTheSecretThatItShallHaveIsThere() {
        RouteLab lab = RouteLab.synced();
        lab.apply(PEER_CONFIG.replace("ebgpMultihop = 2", "ebgpMultihop = 2, authSecretRef = bgp-auth"));

        assertThat(lab.tor().closed).isNull();
        assertThat(lab.tor().spec.password()).isNull();
        assertThat(lab.controller.problems()).singleElement().asString().contains("kube-system/bgp-auth");

        lab.apply("apiVersion = v1, kind = Secret, metadata { name = bgp-auth, namespace = kube-system }, stringData.password = hunter2");
        assertThat(lab.tor().spec.password()).isNotNull();
        assertThat(lab.controller.problems()).isEmpty();
    }

    @Test
    void theFirstOwnerKeepsTheNodeAndTheOtherConfigurationIsNamed() {
        RouteLab lab = RouteLab.synced();
        String older = CLUSTER_CONFIG
                .replace("metadata.name = cilium-bgp", "metadata { name = another, creationTimestamp = \"1960-01-01T00:00:00Z\" }")
                .replace("65001", "65009");

        lab.apply(older);
        assertThat(lab.controller.owner()).contains("cilium-bgp");
        assertThat(lab.protocol.opened).hasSize(1);
        assertThat(lab.controller.problems()).singleElement().asString().contains("another has no effect here, cilium-bgp has");

        lab.delete("CiliumBGPClusterConfig", "", "cilium-bgp");
        assertThat(lab.controller.owner()).contains("another");
        assertThat(lab.protocol.live.keySet()).extracting(id -> id.instance()).containsExactly("instance-65009");
    }

    @Test
    void theNodesOverrideDecides() {
        RouteLab lab = RouteLab.synced();

        lab.apply("""
                apiVersion = cilium.io/v2, kind = CiliumBGPNodeConfigOverride, metadata.name = k8s-w1
                spec.bgpInstances = [{ name = instance-65001, routerID = 1.1.1.1, localPort = 1179, localASN = 65077
                                       peers = [{ name = tor-switch, localAddress = 192.168.10.101 }] }]
                """);

        PeerSpec spec = lab.tor().spec;
        assertThat(spec.routerId()).isEqualTo(RouterId.parse("1.1.1.1"));
        assertThat(spec.localPort()).isEqualTo(1179);
        assertThat(spec.localAsn()).isEqualTo(new AsNumber(65077));
        assertThat(spec.localAddress()).hasToString("192.168.10.101");
        assertThat(lab.protocol.opened).hasSize(1);
    }

    @Test
    void aPeerThatCannotBeDescribedIsRefusedAlone() {
        RouteLab lab = RouteLab.synced();

        lab.apply(CLUSTER_CONFIG.replace("] }] }", ", " + """
                { name = passive, passive = true, peerAddress = 10.0.0.2 }
                { name = discovered, autoDiscovery { mode = DefaultGateway, defaultGateway.addressFamily = ipv4 } }
                { name = nowhere } ] }, { name = noasn, peers = [{ name = x, peerAddress = 10.0.0.3 }] }] }"""));

        assertThat(lab.tor().closed).isNull();
        assertThat(lab.protocol.opened).hasSize(1);
        assertThat(lab.controller.explainRoute(IpPrefix.parse("172.20.1.0/24")).rows())
                .extracting(row -> row.peer(), row -> row.reason().code())
                .containsExactlyInAnyOrder(
                        tuple("tor-switch", RouteReason.ANNOUNCED),
                        tuple("passive", RouteReason.SESSION_NOT_OPENED),
                        tuple("discovered", RouteReason.NO_DEFAULT_GATEWAY),
                        tuple("nowhere", RouteReason.NO_PEER_ADDRESS),
                        tuple("x", RouteReason.NO_LOCAL_ASN));
        assertThat(lab.controller.peers()).hasSize(5);
    }

    @Test
    void aSessionThatCannotBeOpenedIsTriedAgain() {
        RouteLab lab = new RouteLab();
        lab.protocol.refusal = "port 179 is in use";
        lab.apply(node("true"), ADVERTISE_PODS, PEER_CONFIG, CLUSTER_CONFIG);
        lab.sync();
        assertThat(lab.controller.problems()).singleElement().asString().contains("port 179 is in use");

        lab.loop.advance(Duration.ofSeconds(5));
        assertThat(lab.loop.timers()).isEqualTo(1);
        lab.protocol.refusal = "";
        lab.loop.advance(Duration.ofSeconds(5));

        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
        assertThat(lab.controller.problems()).isEmpty();
        assertThat(lab.loop.timers()).isZero();
    }

    @Test
    void anUnknownAdvertisementTypeWaitsForItsPluginAndLosesOnlyItsOwnRoutesWhenThatGoes() {
        RouteLab lab = RouteLab.synced();
        lab.apply("""
                apiVersion = cilium.io/v2, kind = CiliumBGPAdvertisement, metadata { name = health, labels.advertise = bgp }
                spec.advertisements = [{ advertisementType = HealthCheck }]
                """);
        IpPrefix own = IpPrefix.parse("10.99.0.1/32");
        assertThat(lab.controller.explainRoute(own).rows()).extracting(row -> row.reason().code())
                .containsExactly(RouteReason.ADVERTISEMENT_TYPE_UNKNOWN);

        FakeAdvertiser plugin = new FakeAdvertiser("HealthCheck");
        plugin.own.add(own);
        lab.controller.advertiserAdded(plugin);
        assertThat(lab.tor().ipv4()).containsExactly("10.99.0.1/32", "172.20.1.0/24");

        plugin.own.add(IpPrefix.parse("10.99.0.2/32"));
        Objects.requireNonNull(plugin.sink).invalidate(Set.of(FakeAdvertiser.ownKey(IpPrefix.parse("10.99.0.2/32"))));
        lab.loop.runReady();
        assertThat(lab.tor().ipv4()).hasSize(3);

        int deltas = lab.tor().deltas.size();
        FakeAdvertiser upgrade = new FakeAdvertiser("HealthCheck");
        upgrade.own.addAll(plugin.own);
        lab.controller.advertiserAdded(upgrade);
        lab.controller.advertiserRemoved(plugin);
        assertThat(lab.tor().deltas).hasSize(deltas);

        lab.controller.advertiserRemoved(upgrade);
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
        assertThat(lab.protocol.opened).hasSize(1);
        assertThat(lab.tor().replacements).isEqualTo(1);
    }

    @Test
    void anAdvertiserThatThrowsKeepsTheLastRoutesOfThatSubjectAndServesTheOthers() {
        RouteLab lab = RouteLab.synced();
        lab.apply(ADVERTISE_SERVICES, service("a", "webpod", "172.16.1.1", "Cluster"));
        ResourceKey a = new ResourceKey("Service", "default", "a");
        lab.services.failing.add(a);

        lab.apply(service("a", "webpod", "172.16.1.9", "Cluster"), service("b", "webpod", "172.16.1.2", "Cluster"));
        assertThat(lab.tor().ipv4()).containsExactly("172.16.1.1/32", "172.16.1.2/32", "172.20.1.0/24");
        assertThat(lab.controller.problems()).singleElement().asString().contains("Service default/a", "planted");
        assertThat(lab.controller.errors()).isEqualTo(1);
        assertThat(lab.controller.explainService("default", "a").rows()).singleElement().satisfies(row -> {
            assertThat(row.announced()).isTrue();
            assertThat(row.reason().code()).isEqualTo(RouteReason.ADVERTISER_FAILED);
        });

        lab.apply(ADVERTISE_SERVICES.replace("selector.match", "attributes.localPreference = 7, selector.match"));
        assertThat(lab.tor().ipv4()).contains("172.16.1.1/32");

        lab.services.failing.clear();
        lab.apply(service("a", "webpod", "172.16.1.8", "Cluster"));
        assertThat(lab.tor().ipv4()).containsExactly("172.16.1.2/32", "172.16.1.8/32", "172.20.1.0/24");
        assertThat(lab.controller.problems()).isEmpty();
    }

    @Test
    void overlappingAdvertisementsAreMergedAndPartAgain() {
        RouteLab lab = RouteLab.synced();
        String second = ADVERTISE_SERVICES.replace("name = lb", "name = lb2");
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"),
                ADVERTISE_SERVICES.replace("selector.",
                        "attributes { localPreference = 100, communities.standard = [\"1:1\"] }, selector."),
                second.replace("selector.", "attributes { localPreference = 200, communities.standard = [\"2:2\"] }, selector."));

        RouteAttributes merged = lab.tor().routes(AfiSafi.IPV4_UNICAST).get(VIP);
        assertThat(merged.communities()).hasToString("[1:1, 2:2]");
        assertThat(merged.localPreference()).isEqualTo(200);

        lab.delete("CiliumBGPAdvertisement", "", "lb2");
        RouteAttributes left = lab.tor().routes(AfiSafi.IPV4_UNICAST).get(VIP);
        assertThat(left.communities()).hasToString("[1:1]");
        assertThat(lab.tor().deltas.getLast().withdraw()).isEmpty();
    }

    @Test
    void anAdvertisementsNodeSelectorAndAChangedFamilyTakeEffectWithoutAReset() {
        RouteLab lab = RouteLab.synced();
        lab.apply(ADVERTISE_PODS.replace("PodCIDR }", "PodCIDR, nodeSelector.matchLabels.rack = r2 }"));
        assertThat(lab.tor().ipv4()).isEmpty();
        assertThat(lab.controller.explainRoute(IpPrefix.parse("172.20.1.0/24")).rows()).extracting(row -> row.reason().code())
                .containsExactly(RouteReason.ADVERTISEMENT_EXCLUDES_NODE);
        lab.apply(node("true").replace("r1", "r2"));
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");

        lab.apply(PEER_CONFIG.replace("advertise = bgp", "advertise = other"));
        assertThat(lab.tor().ipv4()).isEmpty();
        assertThat(lab.tor().reconfigurations).isZero();
        lab.apply(ADVERTISE_PODS.replace("advertise = bgp", "advertise = other"));
        assertThat(lab.tor().ipv4()).containsExactly("172.20.1.0/24");
        assertThat(lab.protocol.opened).hasSize(1);
    }

    @Test
    void policiesAreNamedByPeerFamilyTypeAndService() {
        RouteLab lab = RouteLab.synced();
        lab.apply(ADVERTISE_SERVICES, service("webpod", "webpod", "172.16.1.1", "Cluster"));

        List<RoutePolicyView> policies = lab.controller.routePolicies();

        assertThat(policies).extracting(RoutePolicyView::name).containsExactly("allow-local", "tor-switch-ipv4-PodCIDR",
                "tor-switch-ipv4-Service-webpod-default-LoadBalancerIP");
        RoutePolicyView export = policies.get(2);
        assertThat(export.peers()).containsExactly("192.168.10.200");
        assertThat(export.prefixes()).containsExactly(VIP);
        assertThat(export.type()).isEqualTo("export");
        assertThat(policies.getFirst().attributes()).isNull();
    }

    @Test
    void theAgentsEndAndTheProtocolsRemovalLeaveTheRoutesToGracefulRestart() {
        RouteLab lab = RouteLab.synced();
        FakeSession first = lab.tor();
        assertThat(lab.controller.protocolRemoved(lab.protocol).toCompletableFuture()).isCompleted();
        assertThat(first.closed).isEqualTo(CloseReason.AGENT_STOPPING);
        lab.loop.runReady();
        assertThat(lab.protocol.opened).hasSize(1);
        assertThat(lab.controller.explainRoute(VIP).rows()).extracting(row -> row.reason().code())
                .containsExactly(RouteReason.PEER_PROTOCOL_MISSING);

        lab.controller.protocolAdded(lab.protocol);
        FakeSession second = lab.tor();
        lab.controller.stop();
        assertThat(second.closed).isEqualTo(CloseReason.AGENT_STOPPING);
        lab.apply(PEER_CONFIG.replace("ebgpMultihop = 2", "ebgpMultihop = 9"));
        assertThat(lab.protocol.opened).hasSize(2);
    }
}
