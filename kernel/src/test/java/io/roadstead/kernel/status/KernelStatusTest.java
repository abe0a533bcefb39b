package io.roadstead.kernel.status;

import static io.roadstead.kernel.route.RouteLab.ADVERTISE_SERVICES;
import static io.roadstead.kernel.route.RouteLab.service;
import static io.roadstead.kernel.route.RouteLab.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.peer.RouteEntry;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.view.ConfigView;
import io.roadstead.api.view.KernelViews.RouteTable;
import io.roadstead.api.view.MaintenanceView;
import io.roadstead.api.view.NodeView;
import io.roadstead.api.view.PeerView;
import io.roadstead.api.view.RouteView;
import io.roadstead.api.view.ServiceView;
import io.roadstead.api.view.StatusView;
import io.roadstead.kernel.fib.FibController;
import io.roadstead.kernel.fib.FibSettings;
import io.roadstead.kernel.lb.LoadBalancerController;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.lb.TableSize;
import io.roadstead.kernel.maintenance.MaintenanceController;
import io.roadstead.kernel.maintenance.MaintenanceFile;
import io.roadstead.kernel.maintenance.MaintenanceSettings;
import io.roadstead.kernel.maintenance.MaintenanceSettings.PodCidr;
import io.roadstead.kernel.mesh.MeshController;
import io.roadstead.kernel.mesh.MeshSettings;
import io.roadstead.kernel.route.FakeSession;
import io.roadstead.kernel.route.RouteLab;

class KernelStatusTest {

    @TempDir
    static Path state;

    private final RouteLab lab = RouteLab.synced();
    private final List<StatusView.Component> components = new ArrayList<>();
    private Needs needs = Needs.EVERYTHING;
    private final LoadBalancerController balancer = new LoadBalancerController(lab.cluster, "default", lab.loop, lab.loop.clock(),
            new LoadBalancerSettings("maglev", "snat", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, ""), needed -> {
            });
    private final MaintenanceController maintenance = new MaintenanceController(lab.loop, lab.loop, lab.loop.clock(), lab.cluster,
            lab.controller, new MaintenanceFile(state),
            new MaintenanceSettings(Set.of("roadstead.io/drain"), List.of(), false, Duration.ofSeconds(30), Set.of(), PodCidr.UNTIL_EMPTY),
            needs -> {
            });
    private final KernelStatus status = new KernelStatus(lab.loop, lab.loop.clock(), lab.cluster, lab.controller, balancer,
            new MeshController(lab.loop, lab.loop, lab.loop.clock(), lab.cluster,
                    new MeshSettings("none", "default", 0, true, 255, Duration.ofMinutes(1), Duration.ofMinutes(2))),
            new FibController(lab.loop, lab.cluster, lab.controller, family -> List.of(),
                    new FibSettings(FibSettings.Direct.NONE, List.of())),
            maintenance,
            new AgentFacts("k8s-w1", "default", "0.1.0", FakeSession.ESTABLISHED),
            new OtherViews(() -> components, List::of, List::of, () -> new StatusView.Ipam(0, 0, 0, 0), () -> true,
                    service -> service.name().equals("waits") ? "no pool" : "", List::of, () -> new ConfigView(List.of()), () -> needs,
                    List::of));

    @Test
    void aPeerHasItsRowWithUptimeOrWithTheReasonThatItHasNoSession() {
        lab.loop.clock().advance(Duration.ofMinutes(12));
        PeerView peer = now(status.peers()).getFirst();
        assertThat(peer.node()).isEqualTo("k8s-w1");
        assertThat(peer.peer()).isEqualTo("tor-switch");
        assertThat(peer.uptimeMillis()).isEqualTo(720_000);
        assertThat(peer.status()).isNotNull();

        lab.controller.protocolRemoved(lab.protocol);
        PeerView without = now(status.peers()).getFirst();
        assertThat(without.status()).isNull();
        assertThat(Objects.requireNonNull(without.reason()).code()).isEqualTo(RouteReason.PEER_PROTOCOL_MISSING);
    }

    @Test
    void availableRoutesAreTheOwnPrefixWithoutNextHopAndWhatTheRouterTold() {
        lab.protocol.rib
                .add(new RibEntry(IpPrefix.parse("10.10.1.0/24"), new PeerId("instance-65001", "tor-switch"), path("192.168.10.200"),
                        FakeSession.ESTABLISHED, true, false, "only path"));
        lab.loop.clock().advance(Duration.ofSeconds(7));

        List<RouteView> routes = now(status.routes(RouteTable.AVAILABLE, AfiSafi.IPV4_UNICAST, Optional.empty()));

        assertThat(routes)
                .extracting(route -> route.prefix().toString(), route -> route.attributes().nextHop().toString(), RouteView::peerAddress,
                        RouteView::note, RouteView::ageMillis)
                .containsExactly(tuple("172.20.1.0/24", "0.0.0.0", "", "originated here", 7000L),
                        tuple("10.10.1.0/24", "192.168.10.200", "192.168.10.200", "only path", 7000L));
        assertThat(routes.getFirst().attributes().origin()).isEqualTo(Origin.IGP);
        assertThat(now(status.routes(RouteTable.AVAILABLE, AfiSafi.IPV6_UNICAST, Optional.empty()))).isEmpty();
    }

    @Test
    void receivedRoutesAreNarrowedByPeerNameOrAddressAndAnUnknownPeerIsTheAskersFault() {
        lab.tor().received = List
                .of(new RouteEntry(IpPrefix.parse("10.10.1.0/24"), path("192.168.10.200"), FakeSession.ESTABLISHED, false, "AS loop"));

        for (String peer : List.of("tor-switch", "192.168.10.200")) {
            assertThat(now(status.routes(RouteTable.RECEIVED, AfiSafi.IPV4_UNICAST, Optional.of(peer)))).singleElement()
                    .satisfies(route -> assertThat(route.note()).isEqualTo("AS loop"));
        }
        assertThatThrownBy(() -> status.routes(RouteTable.RECEIVED, AfiSafi.IPV4_UNICAST, Optional.of("nobody")))
                .isInstanceOfSatisfying(RoadsteadException.class, thrown -> assertThat(thrown.code()).isEqualTo(CommonErrorCode.NOT_FOUND));
    }

    @Test
    void servicesHaveFrontendsOfEveryKindWithTheirBackends() {
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"), service("waits", "webpod", "", "Cluster"),
                slice("webpod", "k8s-w1"));

        List<ServiceView> services = now(status.services());

        assertThat(services).extracting(ServiceView::name, ServiceView::pending).containsExactly(tuple("waits", "no pool"),
                tuple("webpod", ""));
        ServiceView webpod = services.get(1);
        assertThat(webpod.frontends()).extracting(ServiceView.Frontend::type, frontend -> frontend.address() + ":" + frontend.port())
                .containsExactly(tuple("ClusterIP", "10.96.0.1:80"), tuple("NodePort", "0.0.0.0:30080"),
                        tuple("LoadBalancer", "172.16.1.1:80"));
        assertThat(webpod.frontends()).allSatisfy(frontend -> assertThat(frontend.backends())
                .containsExactly(new ServiceView.Backend(IpAddress.parse("172.20.0.9"), 8080, "", "k8s-w1", "active", false)));
    }

    @Test
    void aMaintenanceIsShownOfThisNodeAndOfOthersThatAskForItAndIsNoProblem() {
        maintenance.start();
        String annotated = "metadata.annotations { \"roadstead.io/drain\" = \"true\" }\n";
        lab.apply(RouteLab.node("true") + annotated, RouteLab.node("true").replace("k8s-w1", "k8s-w2") + annotated,
                RouteLab.node("true").replace("k8s-w1", "k8s-w3"));

        assertThat(now(status.nodes())).extracting(NodeView::name, NodeView::maintenance)
                .containsExactly(tuple("k8s-w1", "shutting-down"), tuple("k8s-w2", "requested"), tuple("k8s-w3", ""));
        StatusView view = now(status.status());
        assertThat(view.maintenance().phase()).isEqualTo(MaintenanceView.Phase.SHUTTING_DOWN);
        assertThat(view.problems()).isEmpty();
        assertThat(view.health()).isEqualTo(Health.OK);
    }

    @Test
    void nodesAndResourcesAreListed() {
        lab.sink.ignored(Map.of("Deployment", 2));
        lab.sink.problems(List.of(new SourceProblem("pool.yaml:4", "spec.blocks[0].cidr", "prefix length 33 is not in 0 to 32", "", true)));
        lab.loop.runReady();

        assertThat(now(status.nodes())).containsExactly(new NodeView("default", "k8s-w1", List.of(IpAddress.parse("192.168.10.101")),
                List.of(IpPrefix.parse("172.20.1.0/24")), "local", "", ""));
        needs = Needs.OWN_NODE;
        assertThat(now(status.nodes())).singleElement()
                .satisfies(node -> assertThat(node.note()).startsWith("this agent reads its own Node only"));
        assertThat(now(status.resources()).counts()).containsEntry("Node", 1).containsEntry("CiliumBGPPeerConfig", 1);
        assertThat(now(status.resources()).ignored()).containsEntry("Deployment", 2);
        assertThat(now(status.status()).problems()).singleElement().asString()
                .isEqualTo("pool.yaml:4 spec.blocks[0].cidr: prefix length 33 is not in 0 to 32 (the last good content stays in force)");
    }

    @Test
    void theAgentsHealthIsThatOfItsWorstPart() {
        assertThat(now(status.status()).health()).isEqualTo(Health.OK);
        assertThat(now(status.status()).bgp()).isEqualTo(new StatusView.Bgp(1, 1, 1, 1, 4));

        lab.delete("CiliumBGPPeerConfig", "", "cilium-peer");
        assertThat(now(status.status()).health()).isEqualTo(Health.DEGRADED);
        components.add(new StatusView.Component("source", "manifests", "source-manifests", Health.FAILED, "", List.of()));
        components.add(new StatusView.Component("add-on", "x", "y", Health.OK, "", List.of()));
        assertThat(now(status.status()).health()).isEqualTo(Health.FAILED);
    }

    @Test
    void metricsHaveCiliumsNamesAndLabels() {
        lab.metrics.register(new BgpMetrics(lab.controller));
        String[] labels =
                {"instance_name", "instance-65001", "local_asn", "65001", "neighbor", "192.168.10.200:179", "neighbor_asn", "65000"};
        String[] family = {"instance_name", "instance-65001", "neighbor", "192.168.10.200:179", "afi", "ipv4", "safi", "unicast"};

        assertThat(lab.metrics.value("roadstead_bgp_control_plane_session_state", labels)).isEqualTo(1);
        assertThat(lab.metrics.value("roadstead_bgp_control_plane_advertised_routes", family)).isEqualTo(1);
        assertThat(lab.metrics.value("roadstead_bgp_control_plane_received_routes", family)).isEqualTo(4);
        assertThat(lab.metrics.value("roadstead_bgp_session_flaps_total", labels)).isEqualTo(2);
        assertThat(lab.metrics.value("roadstead_bgp_session_last_notification", "notification", "sent 6/2")).isEqualTo(1);
        assertThat(lab.metrics.value("roadstead_bgp_session_fsm_state", "state", "established")).isEqualTo(1);
        assertThat(lab.metrics.durations("roadstead_bgp_control_plane_reconcile_run_duration_seconds")).isNotEmpty();

        lab.tor().state = SessionState.ACTIVE;
        assertThat(lab.metrics.value("roadstead_bgp_control_plane_session_state", labels)).isZero();
        assertThat(lab.metrics.value("roadstead_bgp_control_plane_received_routes", family)).isZero();
        assertThat(lab.metrics.value("roadstead_bgp_session_fsm_state", "state", "active")).isEqualTo(1);
    }

    @Test
    void explainAndPoliciesComeFromTheController() {
        lab.apply(ADVERTISE_SERVICES, service("webpod", "webpod", "172.16.1.1", "Cluster"));

        assertThat(now(status.explainService("default", "webpod")).rows()).hasSize(1);
        assertThat(now(status.explainRoute(IpPrefix.parse("172.16.1.1/32"))).rows()).hasSize(1);
        assertThat(now(status.routePolicies())).hasSize(3);
    }

    private static PathAttributes path(String nextHop) {
        return new PathAttributes(Origin.IGP, AsPath.ofSequence(new AsNumber(65000)), IpAddress.parse(nextHop), null, null, null, false,
                null,
                List.of(), List.of(), List.of(), null, List.of(), List.of());
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
