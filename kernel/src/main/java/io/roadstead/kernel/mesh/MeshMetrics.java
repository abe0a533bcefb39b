package io.roadstead.kernel.mesh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.Metric.Sample;
import io.roadstead.api.view.MeshView;

/** Figures of the mesh: Cilium's names below {@code roadstead_}, and a few of ours. */
final class MeshMetrics {

    private static final String REMOTE = "roadstead_clustermesh_remote_cluster_";
    private static final double MILLIS = 1000;

    private final Map<String, Metric> families = new LinkedHashMap<>();
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    private MeshMetrics() {
    }

    static List<Metric> of(MeshView view, int sharedServices) {
        MeshMetrics all = new MeshMetrics();
        all.gauge("roadstead_clustermesh_remote_clusters", "Remote clusters that are configured.", view.remotes().size());
        all.gauge("roadstead_clustermesh_global_services", "Services that at least one remote cluster shares.", sharedServices);
        StoreStatus own = view.own();
        if (own != null) {
            all.gauge("roadstead_kvstore_sync_queue_size", "Keys of the own cluster whose newest value has not been stored yet.",
                    own.pendingWrites(), "source_cluster", view.cluster());
            all.count("roadstead_kvstore_sync_errors_total", "Writes that the own cluster's store has refused.",
                    (double) own.refusedWrites(),
                    "source_cluster", view.cluster());
        }
        view.remotes().forEach(all::remote);
        return all.families.values().stream()
                .map(family -> new Metric(family.name(), family.help(), family.type(), all.samples.getOrDefault(family.name(), List.of())))
                .toList();
    }

    private void remote(MeshView.Remote remote) {
        String name = remote.name();
        gauge(REMOTE + "readiness_status", "1 while the remote cluster is ready, else 0.", remote.ready() ? 1 : 0, "target_cluster", name);
        gauge(REMOTE + "failures", "How often a connection was lost or could not be made.", (double) remote.store().failures(),
                "target_cluster",
                name);
        if (remote.store().lastFailure() != null) {
            gauge(REMOTE + "last_failure_ts", "When that was last, in seconds since 1970.",
                    remote.store().lastFailure().toEpochMilli() / MILLIS, "target_cluster", name);
        }
        gauge(REMOTE + "nodes", "Nodes that are known of the remote cluster.", remote.counts().nodes(), "target_cluster", name);
        gauge(REMOTE + "services", "Services that the remote cluster shares.", remote.counts().services(), "target_cluster", name);
        gauge(REMOTE + "endpoints", "Addresses that are known of the remote cluster.", remote.counts().endpoints(), "target_cluster", name);
        gauge(REMOTE + "refused_values", "Keys of the remote cluster whose values are refused.", remote.refused(), "target_cluster", name);
        Duration age = remote.heartbeatAge();
        if (age != null) {
            gauge(REMOTE + "heartbeat_age_seconds", "Since the last sign of life of the remote cluster's store.", age.toMillis() / MILLIS,
                    "target_cluster", name);
        }
        read(name, "nodes/v1", remote.synced().nodes());
        read(name, "services/v1", remote.synced().services());
        read(name, "ip/v1", remote.synced().endpoints());
        read(name, "identities/v1", remote.synced().identities());
    }

    private void read(String cluster, String scope, boolean completed) {
        gauge("roadstead_kvstore_initial_sync_completed", "1 once everything of a kind has been read over the present connection.",
                completed ? 1 : 0, "action", "read", "scope", scope, "source_cluster", cluster);
    }

    private void gauge(String name, String help, double value, String... labels) {
        add(new Metric(name, help, Metric.Type.GAUGE, List.of()), value, labels);
    }

    private void count(String name, String help, double value, String... labels) {
        add(new Metric(name, help, Metric.Type.COUNTER, List.of()), value, labels);
    }

    private void add(Metric family, double value, String... labels) {
        families.putIfAbsent(family.name(), family);
        TreeMap<String, String> named = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            named.put(labels[i], labels[i + 1]);
        }
        samples.computeIfAbsent(family.name(), absent -> new ArrayList<>()).add(new Sample(named, value));
    }
}
