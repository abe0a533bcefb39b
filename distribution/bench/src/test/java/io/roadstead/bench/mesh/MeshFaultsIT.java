package io.roadstead.bench.mesh;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.view.MeshView;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** A mesh that is set up wrongly, or most of which is not there: what is right works on. */
@Timeout(120)
final class MeshFaultsIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private Etcd one;
    private Etcd other;
    private @Nullable MeshSide reader;

    @BeforeEach
    void start() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
        one = Etcd.start();
        other = Etcd.start();
    }

    @AfterEach
    void end() {
        for (AutoCloseable each : new AutoCloseable[] {reader, one, other}) {
            close(each);
        }
    }

    @Test
    void ofTwoClustersWithOneIdTheSecondIsRefusedByName() {
        one.put(StoredCluster.of("first", 7, 200, 4));
        read(Map.of("first", one.port(), "second", other.port()));
        awaitReady("first");

        other.put(StoredCluster.of("second", 7, 300, 6));

        eventually(SOON, () -> assertThat(remote("second").notReady()).contains("7").contains("first"));
        assertThat(remote("second").ready()).isFalse();
        assertThat(remote("first").ready()).isTrue();
        assertThat(services("first")).isEqualTo(2);
        assertThat(services("second")).isZero();
    }

    @Test
    void aClusterThatIsConfiguredUnderASecondNameCountsOnce() {
        one.put(StoredCluster.of("first", 7, 200, 4));
        read(Map.of("first", one.port(), "alias", one.port()));

        awaitReady("first");
        eventually(SOON, () -> assertThat(remote("alias").notReady()).isNotEmpty());
        assertThat(remote("alias").ready()).isFalse();
        assertThat(services("alias")).isZero();
        assertThat(nodes("alias")).isZero();
        assertThat(services("first")).isEqualTo(2);
        assertThat(nodes("first")).isEqualTo(4);
    }

    @Test
    void ofSoManyClustersOfWhichMostAreDeadTheLiveOnesWork() throws IOException {
        one.put(StoredCluster.of("live-1", 1, 200, 4));
        other.put(StoredCluster.of("live-2", 2, 300, 4));
        try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var ports = new HashMap<String, Integer>();
            for (var i = 1; i <= 253; i++) {
                // half of them refuse, half of them take a connection and never answer
                ports.put("dead-" + i, i % 2 == 0 ? 1 : nobody.getLocalPort());
            }
            ports.put("live-1", one.port());
            ports.put("live-2", other.port());
            read(ports);

            awaitReady("live-1");
            awaitReady("live-2");
            other.delete("cilium/state/services/v1/live-2/default/service-0");
            eventually(SOON, () -> assertThat(services("live-2")).isEqualTo(2));
            assertThat(reader().view().remotes()).hasSize(255).filteredOn(MeshView.Remote::ready).hasSize(2);
            eventually(SOON, () -> assertThat(reader().view().remotes()).filteredOn(remote -> remote.name().startsWith("dead-"))
                    .allSatisfy(remote -> assertThat(remote.notReady()).isNotEmpty()));
        }
    }

    private void read(Map<String, Integer> ports) {
        reader = new MeshSide("home", 255, "reader", DirectEtcd.remotes(ports), null);
        reader().synced();
    }

    private MeshSide reader() {
        return Objects.requireNonNull(reader);
    }

    private void awaitReady(String cluster) {
        eventually(SOON, () -> assertThat(remote(cluster).ready()).as(remote(cluster).notReady()).isTrue());
    }

    private MeshView.Remote remote(String cluster) {
        List<MeshView.Remote> remotes = reader().view().remotes();
        return remotes.stream().filter(remote -> remote.name().equals(cluster)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + cluster + " among " + remotes.size()));
    }

    private long services(String cluster) {
        return reader().read(view -> view.all(RemoteService.class).stream().filter(service -> service.cluster().equals(cluster)).count());
    }

    private long nodes(String cluster) {
        return reader().read(view -> view.all(RemoteNode.class).stream().filter(node -> node.cluster().equals(cluster)).count());
    }

    private static void close(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
