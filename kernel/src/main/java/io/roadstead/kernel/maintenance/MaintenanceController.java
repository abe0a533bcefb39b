package io.roadstead.kernel.maintenance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.maintenance.NodeMaintenance;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.source.Needs;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.api.view.MaintenanceView;
import io.roadstead.api.view.MaintenanceView.Cause;
import io.roadstead.api.view.MaintenanceView.Kept;
import io.roadstead.api.view.MaintenanceView.Kind;
import io.roadstead.api.view.MaintenanceView.Phase;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterListener;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.maintenance.MaintenanceSettings.PodCidr;
import io.roadstead.kernel.maintenance.Remembered.Command;
import io.roadstead.kernel.route.Restraint;
import io.roadstead.kernel.route.RouteController;

/**
 * Takes this node out of service while there is a cause, and puts it back when there is none: routes are marked at once and withdrawn after the grace period, sessions
 * stay. Everything runs on the control loop unless it says otherwise. Starts before the route controller, so that a node that was drained when its agent ended does
 * not announce anything in between.
 */
public final class MaintenanceController implements ClusterListener, MetricSource, NodeMaintenance {

    private static final Logger log = LoggerFactory.getLogger(MaintenanceController.class);
    private static final Needs OWN_PODS = new Needs(Needs.Scope.OWN_NODE, Needs.Scope.OWN_NODE, false);

    private final Loop control;
    private final Executor storage;
    private final InstantSource clock;
    private final ClusterState cluster;
    private final RouteController routes;
    private final MaintenanceFile file;
    private final Consumer<Needs> needs;
    private final LocalPods pods = new LocalPods();
    private MaintenanceSettings settings;
    private Remembered remembered = Remembered.NOTHING;
    /** Whether this node's object has been looked at: until then a maintenance that goes on has unknown causes. */
    private boolean synced;
    /** Whether routes may have been announced in this run, so that there is something to shut down with grace. */
    private boolean served;
    private Phase phase = Phase.ACTIVE;
    private @Nullable Instant nextStepAt;
    private @Nullable TimerHandle timer;
    private List<Cause> causes = List.of();
    private volatile Optional<String> annotationProblem = Optional.empty();
    private volatile String storageProblem = "";
    private volatile MaintenanceView published;

    /**
     * Does nothing until {@link #start}.
     *
     * @param storage runs what blocks, one after the other
     * @param needs   told which Pods are looked at
     */
    public MaintenanceController(Loop control, Executor storage, InstantSource clock, ClusterState cluster, RouteController routes,
            MaintenanceFile file, MaintenanceSettings settings, Consumer<Needs> needs) {
        this.control = control;
        this.storage = storage;
        this.clock = clock;
        this.cluster = cluster;
        this.routes = routes;
        this.file = file;
        this.settings = settings;
        this.needs = needs;
        this.published = MaintenanceView.active(cluster.view().localNodeName());
    }

    /** Reads what an earlier run left, and follows the cluster's state from now on. */
    public Registration start() {
        try {
            remembered = file.read();
        } catch (RoadsteadException unreadable) {
            log.warn("maintenance file cannot be used problem=\"{}\"", unreadable.getMessage());
            storageProblem = String.valueOf(unreadable.getMessage());
        }
        synced = cluster.synced();
        evaluate();
        return cluster.listen(this);
    }

    /** Takes changed settings. A grace period that runs is measured anew from its begin. */
    public void reconfigure(MaintenanceSettings changed) {
        boolean grace = !changed.gracePeriod().equals(settings.gracePeriod());
        settings = changed;
        if (grace && phase == Phase.SHUTTING_DOWN) {
            cancelTimer();
            phase = Phase.ACTIVE; // to be entered again, with what is left
        }
        evaluate();
    }

    @Override
    public void changed(ChangeSet changes, ClusterView view) {
        boolean podsChanged = pods.changed(changes.keys(), view);
        boolean nodeChanged = changes.keys().stream().anyMatch(key -> isLocalNode(key, view));
        if (nodeChanged || podsChanged && phase == Phase.DRAINED || changes.synced() && !synced) {
            synced |= changes.synced();
            evaluate();
        }
    }

    private static boolean isLocalNode(ResourceKey key, ClusterView view) {
        return key.namespace().isEmpty() && key.name().equals(view.localNodeName());
    }

    private void evaluate() {
        Optional<Node> node = cluster.view().localNode();
        causes = causes(node);
        annotationProblem = node.flatMap(NodeCauses::problem);
        boolean wanted = !causes.isEmpty() || !synced && remembered.begun() != null;
        if (!wanted) {
            leave();
        } else if (phase == Phase.ACTIVE) {
            enter();
        }
        apply();
        served |= synced;
    }

    private List<Cause> causes(Optional<Node> node) {
        List<Cause> found = new ArrayList<>();
        Command command = remembered.command();
        if (command != null) {
            found.add(new Cause(Kind.COMMAND, "roadstead node drain" + (command.reason().isEmpty() ? "" : ": " + command.reason()),
                    "roadstead node undrain"));
        }
        node.ifPresent(known -> found.addAll(NodeCauses.of(known, settings)));
        return found;
    }

    private void leave() {
        cancelTimer();
        phase = Phase.ACTIVE;
        nextStepAt = null;
        if (remembered.begun() != null) {
            remember(new Remembered(remembered.command(), null));
        }
    }

    /**
     * Into what is left of the grace period: the whole of it unless an earlier run, or other settings, began it; and none of it where this run begins with it and remembers
     * nothing, as after a reboot with a state directory that did not outlive it: nothing has been announced that routers would have to leave.
     */
    private void enter() {
        pods.begin(cluster.view());
        Instant now = clock.instant();
        Instant begun = remembered.begun();
        boolean known = begun != null;
        if (begun == null) {
            begun = now;
            remember(new Remembered(remembered.command(), begun));
        }
        Duration passed = Duration.between(begun, now);
        Duration grace = known || served ? settings.gracePeriod() : Duration.ZERO;
        Duration left = passed.isNegative() ? grace : grace.minus(passed); // negative: the clock was set back
        if (left.isPositive()) {
            phase = Phase.SHUTTING_DOWN;
            nextStepAt = now.plus(left);
            timer = control.schedule(left, this::graceEnded); // which a change of the clock does not move
        } else {
            phase = Phase.DRAINED;
        }
    }

    private void graceEnded() {
        timer = null;
        nextStepAt = null;
        phase = Phase.DRAINED;
        apply();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void apply() {
        needs.accept(phase != Phase.ACTIVE && settings.podCidr() == PodCidr.UNTIL_EMPTY ? OWN_PODS : Needs.OWN_NODE);
        List<Kept> keeps = phase == Phase.DRAINED ? keeps() : List.of();
        MaintenanceView before = published;
        published = new MaintenanceView(before.node(), phase, remembered.begun(), causes, nextStepAt, keeps);
        if (before.phase() != phase) {
            log.info("maintenance phase={} causes=\"{}\"", text(phase), subjects());
        }
        if (phase == Phase.ACTIVE) {
            routes.restrain(Restraint.NONE);
        } else {
            Set<String> kept = keeps.stream().map(Kept::type).collect(Collectors.toSet());
            routes.restrain(new Restraint(new Reason(RouteReason.NODE_DRAINED, subjects()), phase == Phase.DRAINED, kept));
        }
    }

    private String subjects() {
        return causes.isEmpty() && phase != Phase.ACTIVE
                ? "since " + remembered.begun() + ", as an earlier run of the agent remembered"
                : causes.stream().map(cause -> cause.subject() + " (undone by: " + cause.undo() + ")").collect(Collectors.joining("; "));
    }

    private List<Kept> keeps() {
        List<Kept> keeps = new ArrayList<>();
        if (settings.podCidr() == PodCidr.KEEP) {
            keeps.add(new Kept(BgpAdvertisement.Entry.POD_CIDR, "roadstead.maintenance.pod-cidr = keep"));
        } else if (settings.podCidr() == PodCidr.UNTIL_EMPTY && !pods.known()) {
            keeps.add(new Kept(BgpAdvertisement.Entry.POD_CIDR, "the source gives no Pods, so it is not known whether any is left"));
        } else if (settings.podCidr() == PodCidr.UNTIL_EMPTY) {
            int left = pods.inPodCidrs(cluster.view());
            if (left > 0) {
                keeps.add(new Kept(BgpAdvertisement.Entry.POD_CIDR,
                        left + (left == 1 ? " Pod has an address" : " Pods have addresses") + " in it"));
            }
        }
        settings.keep().stream().sorted().forEach(type -> keeps.add(new Kept(type, "roadstead.maintenance.keep")));
        return keeps;
    }

    @Override
    public CompletionStage<MaintenanceView> status() {
        return CompletableFuture.completedFuture(published);
    }

    /** As last published; any thread. */
    public MaintenanceView view() {
        return published;
    }

    @Override
    public CompletionStage<MaintenanceView> drain(String reason) {
        if (reason.length() > REASON_LIMIT || reason.chars().anyMatch(Character::isISOControl)) {
            return CompletableFuture.failedFuture(new RoadsteadException(CommonErrorCode.BAD_REQUEST, "reason",
                    "is longer than " + REASON_LIMIT + " characters or not one line of text", "shorten it"));
        }
        return command(new Command(reason));
    }

    @Override
    public CompletionStage<MaintenanceView> undrain() {
        return command(null);
    }

    private CompletionStage<MaintenanceView> command(@Nullable Command command) {
        return control.submit(() -> {
            CompletionStage<Void> stored = remember(new Remembered(command, remembered.begun()));
            evaluate();
            MaintenanceView now = published;
            return stored.thenApply(done -> now);
        }).thenCompose(view -> view);
    }

    /** Stores it unless it is there already. */
    private CompletionStage<Void> remember(Remembered now) {
        if (now.equals(remembered) && storageProblem.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        remembered = now;
        return CompletableFuture.runAsync(() -> {
            try {
                file.write(now);
                storageProblem = "";
            } catch (RoadsteadException failed) {
                log.warn("maintenance file cannot be used problem=\"{}\"", failed.getMessage());
                storageProblem = String.valueOf(failed.getMessage());
                throw failed;
            }
        }, storage);
    }

    /** What a Node object of this cluster asks for; see {@link io.roadstead.api.view.NodeView#maintenance}. */
    public String stateOf(Node node) {
        MaintenanceView own = published;
        if (node.meta().name().equals(own.node())) {
            return own.phase() == Phase.ACTIVE ? "" : text(own.phase());
        }
        return NodeCauses.of(node, settings).isEmpty() ? "" : "requested";
    }

    /** Everything that somebody should look at; any thread. A maintenance as such is nothing of that kind. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        annotationProblem.ifPresent(problems::add);
        if (!storageProblem.isEmpty()) {
            problems.add(storageProblem);
        }
        return problems;
    }

    /** Any thread. */
    @Override
    public List<Metric> collect() {
        Phase now = published.phase();
        List<Metric.Sample> samples = new ArrayList<>();
        for (Phase each : Phase.values()) {
            TreeMap<String, String> labels = new TreeMap<>();
            labels.put("phase", text(each));
            samples.add(new Metric.Sample(labels, each == now ? 1 : 0));
        }
        return List.of(new Metric("roadstead_node_maintenance_phase", "How far this node is out of service: 1 for the phase that it is in.",
                Metric.Type.GAUGE, samples));
    }

    private static String text(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
