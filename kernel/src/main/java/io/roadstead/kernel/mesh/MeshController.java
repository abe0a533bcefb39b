package io.roadstead.kernel.mesh;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshDiagnosis;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.view.MeshView;
import io.roadstead.api.view.StatusView;

/** The mesh of one agent. Owns the mesh loop's state; everything public may be called from any thread unless it says otherwise. */
public final class MeshController implements MetricSource {

    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private volatile MeshView view;

    public MeshController(MeshSettings settings) {
        this.view = new MeshView(settings.cluster(), settings.clusterId(), "none", false, null, null, List.of(), List.of());
    }

    /** Begins. On the control loop. */
    public void start() {
        settled.complete(null);
    }

    /** Takes changed settings. */
    public void reconfigure(MeshSettings changed) {
    }

    /** Uses this backend from now on. */
    public void backendAdded(String type, MeshBackend<?> backend) {
    }

    /** Uses it no more, and returns when its stores are closed; what was learned stays. */
    public void backendRemoved(MeshBackend<?> backend) {
    }

    /**
     * Publishes while this agent leads, until the registration is closed.
     *
     * @param election null when every agent leads
     */
    public Registration serve(@Nullable LeaderElection election) {
        return () -> {
        };
    }

    /** Completes when what other clusters share has been read, or has been waited for long enough. */
    public CompletionStage<Void> settled() {
        return settled;
    }

    /** A published snapshot. */
    public MeshView view() {
        return view;
    }

    /** In one line. */
    public StatusView.Mesh summary() {
        MeshView now = view;
        return new StatusView.Mesh((int) now.remotes().stream().filter(MeshView.Remote::ready).count(), now.remotes().size());
    }

    /** Asks the backend; fails when there is none or it cannot tell. */
    public CompletionStage<List<MeshDiagnosis.Check>> troubleshoot(String cluster) {
        return CompletableFuture.failedFuture(new RoadsteadException(CommonErrorCode.NOT_FOUND, "mesh", "there is no backend",
                "set roadstead.mesh.backend"));
    }

    /** Everything that somebody should look at. */
    public List<String> problems() {
        return view.problems();
    }

    @Override
    public List<Metric> collect() {
        return List.of();
    }
}
