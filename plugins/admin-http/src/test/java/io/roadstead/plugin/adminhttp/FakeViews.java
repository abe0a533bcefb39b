package io.roadstead.plugin.adminhttp;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.mesh.MeshDiagnosis;
import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.view.ConfigView;
import io.roadstead.api.view.ExplainView;
import io.roadstead.api.view.InstalledRouteView;
import io.roadstead.api.view.KernelViews;
import io.roadstead.api.view.MaintenanceView;
import io.roadstead.api.view.MeshView;
import io.roadstead.api.view.NodeView;
import io.roadstead.api.view.PeerView;
import io.roadstead.api.view.PluginView;
import io.roadstead.api.view.PoolView;
import io.roadstead.api.view.ResourcesView;
import io.roadstead.api.view.RoutePolicyView;
import io.roadstead.api.view.RouteView;
import io.roadstead.api.view.ServiceView;
import io.roadstead.api.view.StatusView;

/** One node of the seed lab, with answers that do not change except where a test says so. */
final class FakeViews implements KernelViews {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final IpAddress ROUTER = IpAddress.parse("192.168.10.200");
    private static final IpPrefix WEB = IpPrefix.parse("172.16.1.1/32");

    volatile boolean synced = true;
    volatile Health health = Health.OK;
    volatile boolean silent;
    final FakeBalancing balancing = new FakeBalancing();
    final FakeMaintenance maintenance = new FakeMaintenance();

    @Override
    public CompletionStage<StatusView> status() {
        return answer(new StatusView("k8s-ctr", "default", "0.1.0", "1.0.0", START, synced, true, health,
                List.of(new StatusView.Component("source", "manifests", "source-manifests", health, "8 objects from 3 files", List.of())),
                new StatusView.Bgp(1, 2, 1, 2, 4), new StatusView.Ipam(1, 0, 1, 0),
                new StatusView.Balancing("ebpf", 1, 3, List.of(new StatusView.Fact("Mode", "DSR"))), new StatusView.Mesh(1, 1),
                MaintenanceView.active("k8s-ctr"),
                List.of("peer tor-2: no session")));
    }

    @Override
    public CompletionStage<List<PeerView>> peers() {
        PeerStatus status =
                new PeerStatus(new PeerId("instance-65001", "tor-switch"), new AsNumber(65001), new AsNumber(65000), ROUTER, 179,
                        IpAddress.parse("192.168.10.100"), RouterId.parse("192.168.10.200"), SessionState.ESTABLISHED, START, START,
                        new BgpTimers(Duration.ofSeconds(5), Duration.ofSeconds(9), Duration.ofSeconds(3)), Duration.ofSeconds(9),
                        Duration.ofSeconds(3),
                        Map.of(AfiSafi.IPV6_UNICAST, new PeerStatus.FamilyStatus(false, 0, 0, 0, 0, false, false), AfiSafi.IPV4_UNICAST,
                                new PeerStatus.FamilyStatus(true, 4, 4, 2, 0, true, true)),
                        List.of("route refresh"), List.of(), 2, null, true, Set.of("hold", "ebgp-multihop", "keepalive"), 1, "", "",
                        PeerStatus.MessageCounters.ZERO);
        return answer(List.of(
                new PeerView("k8s-ctr", "instance-65001", "tor-switch", IpAddress.parse("192.168.10.200"), 724_000, status, null),
                new PeerView("k8s-ctr", "instance-65001", "tor-2", null, 0, null, new Reason(RouteReason.NO_PEER_ADDRESS, "peer tor-2"))));
    }

    @Override
    public CompletionStage<List<RouteView>> routes(RouteTable table, AfiSafi family, Optional<String> peer) {
        PathAttributes attributes =
                new PathAttributes(Origin.IGP, AsPath.ofSequence(new AsNumber(65001)), IpAddress.parse("192.168.10.100"), null, null, 100L,
                        false, null, List.of(Community.parse("65001:7")), List.of(), List.of(), null, List.of(), List.of());
        return answer(List.of(new RouteView("k8s-ctr", "instance-65001", new AsNumber(65001), peer.orElse("tor-switch"), ROUTER.toString(),
                family == AfiSafi.IPV4_UNICAST ? WEB : IpPrefix.parse("fd00::1/128"), attributes, 191_000, null, null, table.name())));
    }

    @Override
    public CompletionStage<List<RoutePolicyView>> routePolicies() {
        return answer(List.of());
    }

    @Override
    public CompletionStage<List<ServiceView>> services() {
        return answer(List.of(new ServiceView("default", "webpod", "LoadBalancer", "Cluster", List.of(IpAddress.parse("172.16.1.1")), "",
                List.of(new ServiceView.Frontend(4, IpAddress.parse("172.16.1.1"), 80, Protocol.TCP, "LoadBalancer", false,
                        List.of(new ServiceView.Backend(IpAddress.parse("172.20.0.7"), 80, "", "k8s-ctr", "active", false)))),
                List.of())));
    }

    @Override
    public CompletionStage<List<PoolView>> pools() {
        return answer(List.of(new PoolView("cilium-pool", false, "", BigInteger.TWO.pow(64), BigInteger.ONE,
                BigInteger.TWO.pow(64).subtract(BigInteger.ONE),
                List.of("fd00::/64"), "<everything>")));
    }

    @Override
    public CompletionStage<MeshView> mesh() {
        StoreStatus own =
                new StoreStatus(true, "5c1d", List.of(new StoreStatus.Endpoint("https://west.example:2379", true)), 2, 1, 3, "", 0,
                        null, "", "3.5.16");
        StoreStatus east = new StoreStatus(true, "cdf8", List.of(new StoreStatus.Endpoint("https://east.example:2379", true)), 0, 0, 0, "",
                0, null, "", "");
        StoreStatus north = new StoreStatus(false, "", List.of(new StoreStatus.Endpoint("https://north.example:2379", false)), 0, 0, 0, "",
                4, START.plusSeconds(50), "no connection; see 'mesh troubleshoot north'", "");
        return answer(new MeshView("west", 1, "etcd", true, new MeshView.Counts(2, 3, 2, 1), own,
                List.of(new MeshView.Remote("east", true, "", east, null, new MeshView.Counts(2, 4, 3, 0),
                        new MeshView.Configuration(true, true, 2, 255, false, true, "unsupported", ""),
                        new MeshView.Synced(true, true, true, true), Duration.ofSeconds(12), 2,
                        List.of(new MeshView.Refusal("cilium/state/nodes/v1/east/n9", "the name in it is n8"))),
                        new MeshView.Remote("north", false, "not connected", north, START.plusSeconds(30), new MeshView.Counts(1, 1, 1, 1),
                                new MeshView.Configuration(true, false, 0, 0, false, false, "unsupported", ""),
                                new MeshView.Synced(true, false, false, false), null, 0, List.of())),
                List.of("north: its id 2 is east's as well; give it another")));
    }

    @Override
    public CompletionStage<List<MeshDiagnosis.Check>> troubleshootMesh(String cluster) {
        if (!cluster.equals("east")) {
            return CompletableFuture.failedFuture(
                    new RoadsteadException(CommonErrorCode.NOT_FOUND, "cluster " + cluster, "is not configured", "name it"));
        }
        return answer(List.of(new MeshDiagnosis.Check("dns", "east.example", MeshDiagnosis.Outcome.OK, "192.0.2.1", ""),
                new MeshDiagnosis.Check("tcp", "192.0.2.1:2379", MeshDiagnosis.Outcome.FAILED, "connection refused", "start etcd there")));
    }

    @Override
    public CompletionStage<List<InstalledRouteView>> installedRoutes() {
        return answer(List.of(new InstalledRouteView(IpPrefix.parse("10.1.0.0/24"), List.of(IpAddress.parse("172.18.0.5")), "direct",
                "east/east-worker", "")));
    }

    @Override
    public CompletionStage<List<NodeView>> nodes() {
        return answer(List.of(
                new NodeView("default", "k8s-ctr", List.of(IpAddress.parse("192.168.10.100")), List.of(IpPrefix.parse("172.20.0.0/24")),
                        "local", "drained", ""),
                new NodeView("east", "east-worker", List.of(IpAddress.parse("172.18.0.5")), List.of(), "clustermesh", "", "")));
    }

    @Override
    public CompletionStage<List<PluginView>> plugins() {
        return answer(List.of());
    }

    @Override
    public CompletionStage<ResourcesView> resources() {
        return answer(
                new ResourcesView(Map.of("Service", 1, "Node", 3, "EndpointSlice", 1), Map.of("Deployment", 1, "ConfigMap", 2), List.of()));
    }

    @Override
    public FakeBalancing balancing() {
        return balancing;
    }

    @Override
    public CompletionStage<ExplainView> explainRoute(IpPrefix prefix) {
        throw new IllegalStateException("broken on purpose");
    }

    @Override
    public CompletionStage<ExplainView> explainService(String namespace, String name) {
        if (!name.equals("webpod")) {
            return CompletableFuture.failedFuture(new RoadsteadException(CommonErrorCode.NOT_FOUND, "Service " + namespace + "/" + name,
                    "does not exist", "see 'roadstead service list'"));
        }
        return answer(new ExplainView("k8s-ctr", "Service " + namespace + "/" + name, List.of("type LoadBalancer, policy Local"),
                List.of(new ExplainView.Row("instance-65001", "tor-switch", WEB, "LoadBalancerIP", "bgp-advertisements", false,
                        new Reason(RouteReason.NO_LOCAL_READY_ENDPOINT, "2 endpoints, none on k8s-ctr"), null))));
    }

    @Override
    public CompletionStage<ConfigView> config() {
        return answer(new ConfigView(List.of(new ConfigView.Entry("roadstead.node.name", "k8s-ctr", "roadstead.conf: 2"))));
    }

    @Override
    public List<Metric> metrics() {
        TreeMap<String, String> labels = new TreeMap<>(Map.of("peer", "a\"b\\c\nd", "afi", "ipv4"));
        return List.of(
                new Metric("roadstead_bgp_session_state", "State of the session.", Metric.Type.GAUGE,
                        List.of(new Metric.Sample(labels, 1))),
                new Metric("roadstead_flaps_total", "Lost sessions.", Metric.Type.COUNTER,
                        List.of(new Metric.Sample(new TreeMap<>(), 1.5e9))),
                new Metric("roadstead_apply_seconds", "Time to apply.", Metric.Type.HISTOGRAM,
                        List.of(new Metric.Sample("_bucket", new TreeMap<>(Map.of("le", "0.01")), 3),
                                new Metric.Sample("_bucket", new TreeMap<>(Map.of("le", "+Inf")), 4),
                                new Metric.Sample("_sum", new TreeMap<>(), 0.0625),
                                new Metric.Sample("_count", new TreeMap<>(), 4))));
    }

    private <T> CompletionStage<T> answer(T view) {
        return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(view);
    }
}
