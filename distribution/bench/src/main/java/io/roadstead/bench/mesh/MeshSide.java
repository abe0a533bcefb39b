package io.roadstead.bench.mesh;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.view.MeshView;
import io.roadstead.bench.PlainDispatch;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.lb.LoadBalancerController;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.lb.TableSize;
import io.roadstead.kernel.loop.LoopThread;
import io.roadstead.kernel.mesh.MeshController;
import io.roadstead.kernel.mesh.MeshSettings;
import io.roadstead.plugin.maglev.HashSeed;
import io.roadstead.plugin.maglev.MaglevAlgorithm;
import io.roadstead.plugin.maglev.MaglevConfig;

/** One agent as far as the mesh goes: the cluster's objects, the mesh, and load balancing onto a datapath that only takes notes. Any thread may call any method. */
public final class MeshSide implements AutoCloseable {

    private final LoopThread control;
    private final LoopThread mesh;
    private final ClusterState cluster;
    private final ClusterSink source;
    private final MeshController controller;
    private final MeshBackend<?> backend;
    private final NotedDatapath datapath = new NotedDatapath();
    private final @Nullable Registration serving;
    private boolean closed;

    /**
     * Starts it.
     *
     * @param election decides whether it publishes; null for one that only reads
     */
    MeshSide(String name, int clusterId, String node, MeshBackend<?> backend, @Nullable LeaderElection election) {
        this.backend = backend;
        control = new LoopThread("control-" + node);
        mesh = new LoopThread("mesh-" + node);
        cluster = new ClusterState(control, node);
        source = cluster.sink("soak");
        controller = new MeshController(mesh, control, InstantSource.system(), cluster,
                new MeshSettings("etcd", name, clusterId, election != null, 255, Duration.ofSeconds(5), Duration.ofMinutes(2)));
        LoadBalancerController balancer = new LoadBalancerController(cluster, name, control, InstantSource.system(),
                new LoadBalancerSettings("maglev", "snat", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, ""), _ -> {
                });
        onControl(() -> {
            balancer.start();
            balancer.dispatchModeAdded("snat", new PlainDispatch());
            balancer.algorithmAdded("maglev",
                    new MaglevAlgorithm(new MaglevConfig(MaglevConfig.Mode.NATIVE, HashSeed.parse("JLfvgnHc2kaSUFaI"))));
            balancer.datapathAdded("noted", datapath);
            controller.start();
            return true;
        }).join();
        controller.settled().whenComplete((_, _) -> control.execute(balancer::meshSettled));
        controller.backendAdded("etcd", backend);
        serving = election == null ? null : controller.serve(election);
    }

    /** Gives it these objects, as its source would. */
    void apply(Collection<? extends Resource> upserts, Collection<ResourceKey> deletes) {
        source.apply(new ResourceBatch(List.copyOf(upserts), List.copyOf(deletes)));
    }

    /** Says that its source has told everything. */
    void synced() {
        source.synced();
    }

    MeshView view() {
        return controller.view();
    }

    /** Where its frontends are noted. */
    NotedDatapath datapath() {
        return datapath;
    }

    /** Asks the cluster's state. */
    <T> T read(Function<ClusterView, T> question) {
        return onControl(() -> question.apply(cluster.view())).join();
    }

    private <T> CompletableFuture<T> onControl(Supplier<T> task) {
        return control.submit(task);
    }

    /** Idempotent; from one thread. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (serving != null) {
            serving.close();
        }
        controller.backendRemoved(backend).join();
        backend.close();
        mesh.close();
        control.close();
    }
}
