package io.roadstead.kernel.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshDiagnosis;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.view.StatusView;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.mesh.remote.StoreDouble;
import io.roadstead.testkit.ManualScheduler;

class MeshControllerTest {

    private final ManualScheduler loop = new ManualScheduler();
    private final ClusterState cluster = new ClusterState(loop, "n1");
    private final Backend backend = new Backend();

    private MeshController started(String type) {
        var controller = new MeshController(loop, loop, loop.clock(), cluster,
                new MeshSettings(type, "east", 1, true, 255, Duration.ofMinutes(1), Duration.ofMinutes(2)));
        controller.start();
        loop.runReady();
        return controller;
    }

    @Test
    void withoutAMeshThereIsNothingToWaitFor() {
        var mesh = started("none");

        assertThat(mesh.settled().toCompletableFuture()).isCompleted();
        assertThat(mesh.view().backend()).isEqualTo("none");
        assertThat(mesh.problems()).isEmpty();
        assertThat(mesh.collect()).isEmpty();
    }

    @Test
    void withoutRemoteClustersThereIsNothingToWaitForOnceTheBackendHasSaidSo() {
        var mesh = started("fake");
        assertThat(mesh.settled().toCompletableFuture()).isNotDone();

        mesh.backendAdded("fake", backend);
        loop.runReady();
        assertThat(mesh.settled().toCompletableFuture()).isNotDone();
        backend.configured();
        loop.runReady();

        assertThat(mesh.settled().toCompletableFuture()).isCompleted();
    }

    @Test
    void aBackendThatNeverComesAndAClusterThatIsNeverReadAreWaitedForOnlySoLong() {
        var mesh = started("fake");
        loop.advance(Duration.ofSeconds(30));
        mesh.backendAdded("fake", backend);
        backend.configured("west");
        loop.advance(Duration.ofSeconds(29));
        assertThat(mesh.settled().toCompletableFuture()).isNotDone();

        loop.advance(Duration.ofSeconds(1));

        assertThat(mesh.settled().toCompletableFuture()).isCompleted();
    }

    @Test
    void trafficWaitsForEveryClusterAndNotForOneThatIsRefused() {
        var mesh = started("fake");
        mesh.backendAdded("fake", backend);
        backend.configured("own", "south", "west");
        loop.runReady();
        backend.stores.ready("west", 7);
        loop.runReady();
        backend.stores.ready("own", 1);
        loop.runReady();
        assertThat(mesh.settled().toCompletableFuture()).isNotDone();

        backend.stores.ready("south", 8);
        loop.runReady();

        assertThat(mesh.settled().toCompletableFuture()).isCompleted();
        assertThat(mesh.summary()).isEqualTo(new StatusView.Mesh(2, 3));
        assertThat(cluster.counts()).containsEntry("RemoteNode", 2).containsEntry("RemoteCluster", 2);
        assertThat(mesh.problems()).singleElement().asString()
                .startsWith("cluster own is not ready: its cluster id 1 is this cluster's own");
    }

    @Test
    void theMeshHoldsUpNothingElse() {
        var config = cluster.sink("config");
        started("fake");
        assertThat(cluster.synced()).isFalse();

        config.synced();
        loop.runReady();

        assertThat(cluster.synced()).isTrue();
    }

    @Test
    void aBackendThatGoesKeepsWhatWasLearnedUnlessThereIsToBeNoMesh() {
        var mesh = started("fake");
        mesh.backendAdded("fake", backend);
        backend.configured("west");
        loop.runReady();
        backend.stores.ready("west", 7);
        loop.runReady();

        assertThat(mesh.backendRemoved(backend)).isCompletedWithValue(true);
        loop.runReady();
        assertThat(backend.stores.allClosed()).isTrue();
        assertThat(mesh.backendRemoved(backend)).isCompletedWithValue(false);
        assertThat(cluster.counts()).containsEntry("RemoteNode", 1);
        backend.configured();
        loop.runReady();
        assertThat(cluster.counts()).as("a backend that is gone has nothing to say").containsEntry("RemoteNode", 1);

        mesh.reconfigure(new MeshSettings("none", "east", 1, true, 255, Duration.ofMinutes(1), Duration.ofMinutes(2)));
        loop.runReady();
        assertThat(cluster.counts()).doesNotContainKey("RemoteNode").doesNotContainKey("RemoteCluster");
        assertThat(mesh.view().remotes()).isEmpty();
    }

    @Test
    void problemsOfTheBackendAndAMissingIdAreShown() {
        var mesh = new MeshController(loop, loop, loop.clock(), cluster,
                new MeshSettings("fake", "default", 0, true, 255, Duration.ofMinutes(1), Duration.ofMinutes(2)));
        mesh.start();
        mesh.backendAdded("fake", backend);
        backend.problems = List.of("west.yaml: has no endpoints; add them");
        backend.configured();
        loop.runReady();

        assertThat(mesh.problems()).containsExactly("west.yaml: has no endpoints; add them",
                "roadstead.cluster.id: 0 is no cluster of a mesh; set 1 to 255, in each cluster another one");
    }

    @Test
    void manyDeadClustersAreFewProblems() {
        var mesh = started("fake");
        mesh.backendAdded("fake", backend);
        backend.configured("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
        loop.runReady();

        assertThat(mesh.problems()).hasSize(11).last().isEqualTo("2 further clusters are not ready; see roadstead mesh status");
    }

    @Test
    void theOwnClusterIsPublishedWhileThisAgentLeadsAndAtOnceNotAnyMore() {
        cluster.sink("config").synced();
        var mesh = started("fake");
        var election = new Election();
        var serving = mesh.serve(election);
        mesh.backendAdded("fake", backend);
        backend.configured();
        loop.runReady();
        assertThat(mesh.view().publishing()).isFalse();
        assertThat(backend.stores.owns()).isZero();

        election.leads(true);
        loop.runReady();
        loop.advance(Duration.ofSeconds(1));
        assertThat(mesh.view().publishing()).isTrue();
        assertThat(mesh.view().own()).isNotNull();
        assertThat(backend.stores.ownKeys()).contains("cilium/cluster-config/east", "cilium/.heartbeat");
        backend.configured("west");
        loop.runReady();
        assertThat(backend.stores.owns()).as("other remotes are no reason to begin anew").isEqualTo(1);

        election.leads(false);
        assertThat(backend.stores.ownClosed()).as("before the loop has come to it").isTrue();
        election.leads(true);
        loop.runReady();
        assertThat(backend.stores.owns()).isEqualTo(2);
        assertThat(backend.stores.ownClosed()).isFalse();

        serving.close();
        assertThat(backend.stores.ownClosed()).isTrue();
        loop.runReady();
        loop.advance(Duration.ofMinutes(10));
        assertThat(mesh.view().publishing()).isFalse();
        assertThat(election.contending).isFalse();
        assertThat(backend.stores.ownKeys()).as("nothing is taken away").contains("cilium/cluster-config/east");
    }

    @Test
    void publishingBeginsAnewWithAnotherBackendAndAnotherIdAndEndsWithoutABackend() {
        cluster.sink("config").synced();
        var mesh = started("fake");
        mesh.serve(null);
        mesh.backendAdded("fake", backend);
        backend.configured();
        loop.runReady();
        assertThat(backend.stores.owns()).isEqualTo(1);

        mesh.reconfigure(new MeshSettings("fake", "east", 1, true, 255, Duration.ofMinutes(2), Duration.ofMinutes(2)));
        loop.runReady();
        assertThat(backend.stores.owns()).isEqualTo(1);
        mesh.reconfigure(new MeshSettings("fake", "east", 3, true, 255, Duration.ofMinutes(2), Duration.ofMinutes(2)));
        loop.runReady();
        assertThat(backend.stores.owns()).isEqualTo(2);
        mesh.backendRemoved(backend);
        loop.runReady();
        assertThat(backend.stores.ownClosed()).isTrue();
        mesh.backendAdded("fake", backend);
        backend.configured();
        loop.runReady();
        assertThat(backend.stores.owns()).isEqualTo(3);
    }

    @Test
    void figuresHaveCiliumsNames() {
        var mesh = started("fake");
        mesh.backendAdded("fake", backend);
        backend.configured("south", "west");
        loop.runReady();
        backend.stores.ready("west", 7);
        loop.runReady();

        assertThat(mesh.collect()).extracting(Metric::name).contains("roadstead_clustermesh_remote_clusters",
                "roadstead_clustermesh_global_services", "roadstead_clustermesh_remote_cluster_readiness_status",
                "roadstead_clustermesh_remote_cluster_failures", "roadstead_clustermesh_remote_cluster_nodes",
                "roadstead_clustermesh_remote_cluster_services", "roadstead_clustermesh_remote_cluster_endpoints",
                "roadstead_kvstore_initial_sync_completed");
        assertThat(mesh.collect()).filteredOn(metric -> metric.name().endsWith("readiness_status")).singleElement()
                .satisfies(metric -> assertThat(metric.samples())
                        .extracting(sample -> sample.labels().get("target_cluster"), Metric.Sample::value)
                        .containsExactly(tuple("south", 0.0),
                                tuple("west", 1.0)));
    }

    @Test
    void diagnosisIsTheBackendsIfItCanTell() {
        var mesh = started("fake");
        assertThatThrownBy(() -> mesh.troubleshoot("west").toCompletableFuture().join()).hasMessageContaining("there is no backend");

        mesh.backendAdded("fake", backend);
        backend.configured("west");
        loop.runReady();

        assertThat(mesh.troubleshoot("west").toCompletableFuture().join()).singleElement()
                .satisfies(check -> assertThat(check.target()).isEqualTo("west"));
        assertThat(mesh.troubleshoot("east").toCompletableFuture().join()).hasSize(1);
        assertThatThrownBy(() -> mesh.troubleshoot("wesst").toCompletableFuture().join())
                .hasMessageContaining("cluster wesst: is not configured");
    }

    @Test
    void aStoreThatCannotBeOpenedIsShown() {
        var mesh = started("fake");
        mesh.backendAdded("fake", backend);
        backend.broken = true;
        backend.configured("west");
        loop.runReady();

        assertThat(mesh.view().remotes()).singleElement()
                .satisfies(west -> assertThat(west.notReady()).contains("IllegalStateException: planted"));
    }

    private static final class Election implements LeaderElection {
        private Consumer<Boolean> leads = ignored -> {
        };
        private boolean contending;

        void leads(boolean now) {
            leads.accept(now);
        }

        @Override
        public Registration contend(String role, Consumer<Boolean> listener) {
            assertThat(role).isEqualTo("mesh");
            leads = listener;
            contending = true;
            return () -> contending = false;
        }
    }

    private static final class Backend implements MeshBackend<Backend.None>, MeshDiagnosis {
        final StoreDouble stores = new StoreDouble();
        private @Nullable Consumer<Clusters> listener;
        private List<String> problems = List.of();
        private boolean broken;

        record None() {
        }

        void configured(String... clusters) {
            if (listener != null) {
                listener.accept(new Clusters(true, new TreeSet<>(List.of(clusters)), problems));
            }
        }

        @Override
        public void start(Consumer<Clusters> configured) {
            listener = configured;
        }

        @Override
        public MeshStore own(MeshStore.Listener own) {
            return stores.own(own);
        }

        @Override
        public MeshStore remote(String name, MeshStore.Listener remote) {
            if (broken) {
                throw new IllegalStateException("planted");
            }
            return stores.open(name, remote);
        }

        @Override
        public CompletionStage<List<Check>> diagnose(String name) {
            return CompletableFuture.completedFuture(List.of(new Check("dns", name, Outcome.OK, "found", "")));
        }

        @Override
        public boolean reconfigure(None config) {
            return true;
        }

        @Override
        public InstanceStatus status() {
            return new InstanceStatus(InstanceStatus.Health.OK, "", List.of());
        }

        @Override
        public void close() {
            listener = null;
        }
    }
}
