package io.roadstead.kernel.status;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

import io.roadstead.api.mesh.MeshDiagnosis;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.plugin.ApiVersion;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.time.Loop;
import io.roadstead.api.view.BalancingViews;
import io.roadstead.api.view.ConfigView;
import io.roadstead.api.view.ExplainView;
import io.roadstead.api.view.InstalledRouteView;
import io.roadstead.api.view.KernelViews;
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
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.fib.FibController;
import io.roadstead.kernel.lb.LoadBalancerController;
import io.roadstead.kernel.maintenance.MaintenanceController;
import io.roadstead.kernel.mesh.MeshController;
import io.roadstead.kernel.route.PeerInfo;
import io.roadstead.kernel.route.RouteController;

/** The agent's views. Questions are answered on the control loop, or from published snapshots. */
public final class KernelStatus implements KernelViews {

    private static final String OTHERS_UNREAD =
            "this agent reads its own Node only; those of others are read by the agents that lead, publish, install direct "
                    + "routes or wrap packets: ask one of them";

    private final Loop control;
    private final InstantSource clock;
    private final ClusterState cluster;
    private final RouteController routes;
    private final AgentFacts agent;
    private final OtherViews others;
    private final RouteTables tables;
    private final LoadBalancerController balancer;
    private final BalancerViews balancing;
    private final MeshController mesh;
    private final FibController fib;
    private final MaintenanceController maintenance;

    public KernelStatus(Loop control, InstantSource clock, ClusterState cluster, RouteController routes,
            LoadBalancerController balancer, MeshController mesh, FibController fib, MaintenanceController maintenance,
            AgentFacts agent, OtherViews others) {
        this.control = control;
        this.clock = clock;
        this.cluster = cluster;
        this.routes = routes;
        this.agent = agent;
        this.others = others;
        this.balancer = balancer;
        this.mesh = mesh;
        this.fib = fib;
        this.maintenance = maintenance;
        this.balancing = new BalancerViews(control, cluster, balancer, agent.node());
        this.tables = new RouteTables(agent.node(), routes, clock);
    }

    @Override
    public CompletionStage<StatusView> status() {
        return control.submit(() -> {
            List<StatusView.Component> components = others.components().get();
            List<String> problems = new ArrayList<>();
            if (!cluster.synced()) {
                problems.add(
                        "the cluster's objects have not been read completely yet: nothing new is announced; see the source's problems");
            }
            cluster.problems().forEach(problem -> problems.add(text(problem)));
            problems.addAll(routes.problems());
            problems.addAll(others.problems().get());
            Health health =
                    components.stream().map(StatusView.Component::health).min(Comparator.comparingInt(KernelStatus::rank))
                            .orElse(Health.OK);
            if (health == Health.OK && !problems.isEmpty()) {
                health = cluster.synced() ? Health.DEGRADED : Health.STARTING;
            }
            return new StatusView(agent.node(), agent.cluster(), agent.version(), ApiVersion.CURRENT, agent.started(), cluster.synced(),
                    others.leading().getAsBoolean(), health, components, bgp(), others.ipam().get(), balancing.status(), mesh.summary(),
                    maintenance.view(), problems);
        });
    }

    /** From worst to best. */
    private static int rank(Health health) {
        return switch (health) {
            case FAILED -> 0;
            case DEGRADED -> 1;
            case STARTING -> 2;
            case OK -> 3;
        };
    }

    private static String text(SourceProblem problem) {
        String where = problem.field().isEmpty() ? problem.origin() : problem.origin() + " " + problem.field();
        return where + ": " + problem.problem() + (problem.remedy().isEmpty() ? "" : "; " + problem.remedy())
                + (problem.kept() ? " (the last good content stays in force)" : "");
    }

    private StatusView.Bgp bgp() {
        List<PeerInfo> peers = routes.peers();
        int established = 0;
        int advertised = 0;
        int received = 0;
        for (PeerInfo peer : peers) {
            PeerStatus status = peer.session() == null ? null : peer.session().status();
            if (status != null && status.established() != null) {
                established++;
                advertised += status.families().values().stream().mapToInt(PeerStatus.FamilyStatus::advertised).sum();
                received += status.families().values().stream().mapToInt(PeerStatus.FamilyStatus::received).sum();
            }
        }
        int instances = (int) peers.stream().map(peer -> peer.id().instance()).distinct().count();
        return new StatusView.Bgp(instances, peers.size(), established, advertised, received);
    }

    @Override
    public CompletionStage<List<PeerView>> peers() {
        return control.submit(() -> routes.peers().stream().map(this::peer).toList());
    }

    private PeerView peer(PeerInfo peer) {
        PeerStatus status = peer.session() == null ? null : peer.session().status();
        long uptime =
                status == null || status.established() == null ? 0 : Duration.between(status.established(), clock.instant()).toMillis();
        return new PeerView(agent.node(), peer.id().instance(), peer.id().peer(), peer.address(), Math.max(0, uptime), status,
                peer.reason());
    }

    @Override
    public CompletionStage<List<RouteView>> routes(RouteTable table, AfiSafi family, Optional<String> peer) {
        return control.submit(() -> tables.of(table, family, peer)).thenCompose(Function.identity());
    }

    @Override
    public CompletionStage<List<RoutePolicyView>> routePolicies() {
        return control.submit(routes::routePolicies);
    }

    @Override
    public CompletionStage<List<ServiceView>> services() {
        return control.submit(balancing::ids).thenCompose(Function.identity())
                .thenCompose(ids -> control.submit(() -> new ServiceViews(cluster.view(), agent.cluster(),
                        others.pending(), balancer::notes, balancer.frontends(), balancer.datapath().isPresent()).all(ids)));
    }

    @Override
    public CompletionStage<List<PoolView>> pools() {
        return control.submit(others.pools());
    }

    @Override
    public CompletionStage<List<NodeView>> nodes() {
        return control.submit(() -> {
            ClusterView view = cluster.view();
            String note =
                    view.all(Node.class).size() == 1 && this.others.needs().get().nodes() == Needs.Scope.OWN_NODE ? OTHERS_UNREAD : "";
            Stream<NodeView> own = view.all(Node.class).stream().map(node -> node(node, view, note))
                    .sorted(Comparator.comparing(NodeView::name));
            Stream<NodeView> others = view.all(RemoteNode.class).stream()
                    .map(node -> new NodeView(node.cluster(), node.meta().name(), node.addresses(), node.podCidrs(), "clustermesh", "", ""))
                    .sorted(Comparator.comparing(NodeView::cluster).thenComparing(NodeView::name));
            return Stream.concat(own, others).toList();
        });
    }

    @Override
    public CompletionStage<MeshView> mesh() {
        return control.submit(mesh::view);
    }

    @Override
    public CompletionStage<List<MeshDiagnosis.Check>> troubleshootMesh(String remote) {
        return mesh.troubleshoot(remote);
    }

    @Override
    public CompletionStage<List<InstalledRouteView>> installedRoutes() {
        return control.submit(fib::routes);
    }

    private NodeView node(Node node, ClusterView view, String note) {
        String name = node.meta().name();
        List<IpPrefix> podCidrs = view.get(CiliumNode.class, "", name).map(CiliumNode::podCidrs).filter(cidrs -> !cidrs.isEmpty())
                .orElse(node.podCidrs());
        return new NodeView(agent.cluster(), name, node.addresses().stream().map(Node.Address::address).toList(), podCidrs,
                name.equals(view.localNodeName()) ? "local" : "cluster", maintenance.stateOf(node), note);
    }

    @Override
    public CompletionStage<List<PluginView>> plugins() {
        return control.submit(others.plugins());
    }

    @Override
    public CompletionStage<ResourcesView> resources() {
        return control.submit(() -> new ResourcesView(cluster.counts(), cluster.ignored(), cluster.problems()));
    }

    @Override
    public CompletionStage<ExplainView> explainRoute(IpPrefix prefix) {
        return control.submit(() -> routes.explainRoute(prefix));
    }

    @Override
    public CompletionStage<ExplainView> explainService(String namespace, String name) {
        return control.submit(() -> routes.explainService(namespace, name));
    }

    @Override
    public BalancingViews balancing() {
        return balancing;
    }

    @Override
    public CompletionStage<ConfigView> config() {
        return control.submit(others.config());
    }

    @Override
    public List<Metric> metrics() {
        return others.metrics().get();
    }
}
