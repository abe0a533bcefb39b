package io.roadstead.api.view;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.mesh.MeshDiagnosis;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.IpPrefix;

/**
 * What the agent shows of itself. Offered by the kernel to plugins' injectors; safe for any thread. Each stage completes with immutable records, or with a
 * {@link io.roadstead.api.error.RoadsteadException} whose code says whether the question or the agent was at fault.
 */
public interface KernelViews {
    /** The agent as a whole. */
    CompletionStage<StatusView> status();

    /** One row per peer, ordered by instance and peer. */
    CompletionStage<List<PeerView>> peers();

    /** Routes of a table. The peer's name or address narrows advertised and received ones. */
    CompletionStage<List<RouteView>> routes(RouteTable table, AfiSafi family, Optional<String> peer);

    /** What is exported to each peer and why, in the shape of Cilium's route policies. */
    CompletionStage<List<RoutePolicyView>> routePolicies();

    /** Services with their addresses and backends, ordered by namespace and name. */
    CompletionStage<List<ServiceView>> services();

    /** Load-balancer pools with their counts. */
    CompletionStage<List<PoolView>> pools();

    /** Nodes of this cluster, then those of others, ordered by cluster and name. */
    CompletionStage<List<NodeView>> nodes();

    /** Other clusters, and what this one tells them. */
    CompletionStage<MeshView> mesh();

    /** Why a cluster's store cannot be used, step by step; see {@link MeshDiagnosis#diagnose}. */
    CompletionStage<List<MeshDiagnosis.Check>> troubleshootMesh(String cluster);

    /** Routes that this agent wants in the system's table, ordered by prefix. */
    CompletionStage<List<InstalledRouteView>> installedRoutes();

    CompletionStage<List<PluginView>> plugins();

    /** Every object that was read, and every one that was refused. */
    CompletionStage<ResourcesView> resources();

    /** Why a prefix is, or is not, announced to each peer. */
    CompletionStage<ExplainView> explainRoute(IpPrefix prefix);

    /** Why a Service's addresses are, or are not, announced to each peer. */
    CompletionStage<ExplainView> explainService(String namespace, String name);

    /** Load balancing. */
    BalancingViews balancing();

    /** The effective configuration. */
    CompletionStage<ConfigView> config();

    /** All figures, families merged by name and ordered. */
    List<Metric> metrics();

    /** Names of tables. */
    enum RouteTable {
        /** What this node originates, and what it learned: the instance's own table. */
        AVAILABLE,
        /** Adj-RIB-Out as sent. */
        ADVERTISED,
        /** Adj-RIB-In as received. */
        RECEIVED
    }
}
