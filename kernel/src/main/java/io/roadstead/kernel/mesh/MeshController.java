package io.roadstead.kernel.mesh;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshDiagnosis;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.time.Loop;
import io.roadstead.api.view.MeshView;
import io.roadstead.api.view.StatusView;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.mesh.remote.Remotes;
import io.roadstead.kernel.registry.PluginBoundary;

/** The mesh of one agent. Owns the mesh loop's state; everything public may be called from any thread unless it says otherwise. */
public final class MeshController implements MetricSource {

    private static final Logger log = LoggerFactory.getLogger(MeshController.class);
    private static final String SINK = "mesh";
    private static final int MOST_NAMED = 10;

    private final Loop mesh;
    private final ClusterState cluster;
    private final Remotes remotes;
    private final OwnCluster own;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private volatile MeshSettings settings;
    private volatile @Nullable ClusterSink sink;
    private volatile @Nullable Attached backend;
    /** Whether the backend has told which clusters there are. */
    private boolean told;
    /** Whether the backend has a store of the own cluster. */
    private boolean ownOffered;
    private volatile List<String> backendProblems = List.of();

    /** Does nothing until {@link #start}. */
    public MeshController(Loop mesh, Loop control, InstantSource clock, ClusterState cluster, MeshSettings settings) {
        this.mesh = mesh;
        this.cluster = cluster;
        this.settings = settings;
        this.remotes = new Remotes(mesh, clock, this::learned, () -> this.settings, this::checkSettled);
        this.own = new OwnCluster(mesh, control, clock, cluster, () -> this.settings, remotes::ownStore);
    }

    /** A backend in use. */
    private record Attached(String type, MeshBackend<?> backend) {
        private MeshStore remote(String name, MeshStore.Listener listener) {
            return call(() -> backend.remote(name, listener));
        }

        private MeshStore own(MeshStore.Listener listener) {
            return call(() -> backend.own(listener));
        }

        private <T> T call(Callable<T> body) {
            return PluginBoundary.call(CommonErrorCode.EXTENSION_FAILED, "mesh backend " + type, backend.getClass().getClassLoader(), body);
        }
    }

    /** Begins. On the control loop. */
    public void start() {
        ClusterSink made = cluster.sink(SINK);
        made.synced(); // other clusters hold up nothing but the traffic of Services, see settled()
        sink = made;
        cluster.listen(new OwnPodCidrs(byNode -> mesh.execute(() -> remotes.ownPodCidrs(byNode))));
        mesh.execute(() -> {
            checkSettled();
            mesh.schedule(settings.syncTimeout(), this::waitedLongEnough);
        });
    }

    /** Takes changed settings. */
    public void reconfigure(MeshSettings changed) {
        mesh.execute(() -> {
            MeshSettings before = settings;
            if (!changed.equals(before)) {
                settings = changed;
                remotes.settingsChanged();
                if (!changed.sameMember(before)) {
                    own.begin();
                }
                forgetWithoutMesh();
                checkSettled();
            }
        });
    }

    /** Uses this backend from now on. */
    public void backendAdded(String type, MeshBackend<?> added) {
        Attached attached = new Attached(type, added);
        mesh.execute(() -> {
            backend = attached;
            told = false;
            remotes.open(attached::remote);
        });
        added.start(clusters -> mesh.execute(() -> {
            if (attached.equals(backend)) {
                configured(clusters);
            }
        }));
    }

    /** Uses it no more; completes when its stores are closed. What was learned stays, if there is to be a mesh. */
    @SuppressWarnings("ReferenceEquality") // a successor may be equal to it
    public CompletableFuture<Boolean> backendRemoved(MeshBackend<?> removed) {
        return mesh.submit(() -> {
            if (backend == null || backend.backend() != removed) {
                return false;
            }
            backend = null;
            backendProblems = List.of();
            remotes.close("no backend is loaded");
            ownOffered = false;
            own.store(null);
            forgetWithoutMesh();
            return true;
        });
    }

    private void configured(MeshBackend.Clusters clusters) {
        told = true;
        backendProblems = clusters.problems();
        remotes.configured(clusters.remotes());
        Attached current = backend;
        if (clusters.own() != ownOffered && current != null) {
            ownOffered = clusters.own();
            own.store(ownOffered ? current::own : null);
        }
    }

    private void forgetWithoutMesh() {
        if (backend == null && settings.isNone()) {
            remotes.configured(List.of());
        }
    }

    private void learned(ResourceBatch batch) {
        ClusterSink to = sink;
        if (to != null) {
            to.apply(batch);
        }
    }

    private void checkSettled() {
        if (!settled.isDone() && (settings.isNone() || told && remotes.unsettled().isEmpty())) {
            settled.complete(null);
        }
    }

    private void waitedLongEnough() {
        if (!settled.isDone()) {
            log.warn("traffic begins without what these clusters share, they have not been read in time clusters={}", remotes.unsettled());
            settled.complete(null);
        }
    }

    /**
     * Publishes while this agent leads, until the registration is closed.
     *
     * @param election null when every agent leads
     */
    public Registration serve(@Nullable LeaderElection election) {
        return own.serve(election);
    }

    /** Completes when what other clusters share has been read, or has been waited for long enough. */
    public CompletionStage<Void> settled() {
        return settled;
    }

    /** As last published by what it consists of. */
    public MeshView view() {
        MeshSettings now = settings;
        Attached current = backend;
        return new MeshView(now.cluster(), now.clusterId(), current == null ? "none" : current.type(), own.published() != null,
                own.published(), own.status(), remotes.views(), problems());
    }

    /** In one line. */
    public StatusView.Mesh summary() {
        List<MeshView.Remote> all = remotes.views();
        return new StatusView.Mesh((int) all.stream().filter(MeshView.Remote::ready).count(), all.size());
    }

    /** Asks the backend; fails when there is none, it cannot tell, or the cluster is neither configured nor the own one. */
    public CompletionStage<List<MeshDiagnosis.Check>> troubleshoot(String name) {
        Attached current = backend;
        if (current == null) {
            return CompletableFuture.failedFuture(new RoadsteadException(CommonErrorCode.NOT_FOUND, "mesh", "there is no backend",
                    "set roadstead.mesh.backend"));
        }
        if (!(current.backend() instanceof MeshDiagnosis able)) {
            return CompletableFuture.failedFuture(new RoadsteadException(CommonErrorCode.NOT_FOUND, "mesh backend " + current.type(),
                    "it has no connection to find anything out about", ""));
        }
        // A backend does not know what the own cluster is called: any name that it was not given could be that.
        if (!name.equals(settings.cluster()) && remotes.views().stream().noneMatch(remote -> remote.name().equals(name))) {
            return CompletableFuture.failedFuture(new RoadsteadException(CommonErrorCode.NOT_FOUND, "cluster " + name, "is not configured",
                    "roadstead mesh status lists those that are"));
        }
        return mesh.submit(() -> current.call(() -> able.diagnose(name))).thenCompose(Function.identity());
    }

    /** Everything that somebody should look at. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(backendProblems);
        MeshSettings now = settings;
        if (!now.isNone() && now.clusterId() == 0) {
            all.add("roadstead.cluster.id: 0 is no cluster of a mesh; set 1 to " + now.maxConnectedClusters()
                    + ", in each cluster another one");
        }
        StoreStatus store = own.status();
        if (store != null && !store.writeProblem().isEmpty()) {
            all.add("the own cluster's store refuses writes: " + store.writeProblem());
        }
        if (store != null && !store.connected() && !store.failure().isEmpty()) {
            all.add("the own cluster's store is not connected, so nothing is published: " + store.failure());
        }
        all.addAll(own.problems());
        List<MeshView.Remote> views = remotes.views();
        List<String> notReady = views.stream().filter(remote -> !remote.ready())
                .map(remote -> "cluster " + remote.name() + " is not ready: " + remote.notReady()).toList();
        some(all, notReady, "clusters are not ready");
        List<String> refused = views.stream().filter(remote -> remote.refused() > 0).map(MeshController::refused).toList();
        some(all, refused, "clusters have values that are refused");
        all.addAll(remotes.problems());
        return List.copyOf(all);
    }

    private static String refused(MeshView.Remote remote) {
        MeshView.Refusal first = remote.refusals().getFirst();
        return "cluster " + remote.name() + ": " + remote.refused() + (remote.refused() == 1 ? " value is" : " values are")
                + " refused, the first of " + first.key() + " because it " + first.reason() + "; correct what writes it";
    }

    private static void some(List<String> all, List<String> found, String what) {
        all.addAll(found.subList(0, Math.min(found.size(), MOST_NAMED)));
        if (found.size() > MOST_NAMED) {
            all.add((found.size() - MOST_NAMED) + " further " + what + "; see roadstead mesh status");
        }
    }

    @Override
    public List<Metric> collect() {
        return settings.isNone() ? List.of() : MeshMetrics.of(view(), remotes.sharedServices());
    }
}
