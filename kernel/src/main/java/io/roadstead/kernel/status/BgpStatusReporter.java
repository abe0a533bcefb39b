package io.roadstead.kernel.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterListener;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.cluster.WritingTerm;
import io.roadstead.kernel.route.BgpSettings;
import io.roadstead.kernel.route.RouteController;

/**
 * Writes BGP's state to where the cluster's users look for it: each node its own sessions, at most every five seconds, and the leader the conditions of cluster and
 * peer configurations. Only what changed is written. Confined to the control loop but for {@link #serve}.
 */
public final class BgpStatusReporter implements ClusterListener, WritingTerm.Holder {

    /** The role that agents contend for. */
    public static final String ROLE = "bgp-conditions";

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int JITTER_MILLIS = 1000;
    private static final Set<String> KINDS = Set.of(BgpClusterConfig.KIND, BgpPeerConfig.KIND, SecretObject.KIND, Node.KIND);

    private final Loop control;
    private final RandomGenerator random;
    private final ClusterState cluster;
    private final RouteController routes;
    private final String node;
    private BgpSettings settings;
    private boolean enabled;
    private @Nullable Writes writes;

    /** @param enabled {@code roadstead.bgp.status-report.enabled} */
    public BgpStatusReporter(Loop control, RandomGenerator random, ClusterState cluster, RouteController routes,
            String node,
            BgpSettings settings, boolean enabled) {
        this.control = control;
        this.random = random;
        this.cluster = cluster;
        this.routes = routes;
        this.node = node;
        this.settings = settings;
        this.enabled = enabled;
    }

    /** Follows cluster and peers from now on; registered behind the route controller, it sees what that made of a change. */
    public Registration start() {
        Registration changes = cluster.listen(this);
        Registration peers = routes.onPeerChange(this::nodeChanged);
        return () -> {
            changes.close();
            peers.close();
        };
    }

    /** Takes changed settings. Switched off, the node's status is cleared once. */
    public void reconfigure(BgpSettings newSettings, boolean newEnabled) {
        settings = newSettings;
        enabled = newEnabled;
        nodeChanged();
        writeConditions();
    }

    /**
     * Writes to this writer from now on, instead of to any former one, until the registration is closed. On any thread.
     *
     * @param election null makes this agent write the conditions
     */
    public Registration serve(StatusWriter writer, @Nullable LeaderElection election) {
        return WritingTerm.begin(control, ROLE, writer, election, this);
    }

    @Override
    public void termBegan(WritingTerm begun) {
        writes = new Writes(begun);
        nodeChanged();
    }

    @Override
    public void leadChanged(WritingTerm changed, boolean leads) {
        if (writes != null && changed.equals(writes.term)) {
            writes.conditions.clear();
            writeConditions();
        }
    }

    @Override
    public void termEnded(WritingTerm ended) {
        if (writes != null && ended.equals(writes.term)) {
            writes = null;
        }
    }

    @Override
    public void changed(ChangeSet changes, ClusterView view) {
        if (changes.keys().isEmpty() || changes.keys().stream().anyMatch(key -> KINDS.contains(key.kind()))) {
            nodeChanged(); // its condition names what is wrong with the configuration
            writeConditions();
        }
    }

    private void writeConditions() {
        Writes current = writes;
        if (current == null || !current.term.leads() || !cluster.synced()) {
            return;
        }
        List<StatusUpdate> updates = new ArrayList<>();
        Map<ResourceKey, List<Condition>> now = ConditionReport.of(cluster.view(), settings);
        now.forEach((key, conditions) -> {
            if (!conditions.equals(current.conditions.get(key))) {
                updates.add(new StatusUpdate.Conditions(key, conditions));
            }
        });
        current.conditions.keySet().retainAll(now.keySet());
        if (!updates.isEmpty()) {
            current.conditions.putAll(now);
            current.term.writer().write(updates);
        }
    }

    /** What changes until the interval since the last write is over is written together. */
    private void nodeChanged() {
        Writes current = writes;
        if (current != null) {
            current.changed = true;
            if (!current.timerSet) {
                look(current, Duration.ZERO);
            }
        }
    }

    /** After a time by the loop's timers: the time of day may be set. */
    private void look(Writes current, Duration after) {
        current.timerSet = true;
        control.schedule(after, () -> {
            current.timerSet = false;
            if (current.equals(writes) && current.changed) {
                current.changed = false;
                writeNode(current);
            }
        });
    }

    private void writeNode(Writes current) {
        StatusUpdate.BgpNodeStatus status = enabled ? NodeStatusReport.of(node, routes) : NodeStatusReport.none(node);
        if (!cluster.synced() || status.equals(current.written)) {
            return;
        }
        current.written = status;
        look(current, INTERVAL.plusMillis(random.nextInt(JITTER_MILLIS)));
        current.term.writer().write(List.of(status));
    }

    /** What a writer has been given. */
    private static final class Writes {
        private final WritingTerm term;
        private final Map<ResourceKey, List<Condition>> conditions = new HashMap<>();
        private boolean changed;
        private boolean timerSet;
        private StatusUpdate.@Nullable BgpNodeStatus written;

        Writes(WritingTerm term) {
            this.term = term;
        }
    }
}
