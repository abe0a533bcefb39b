package io.roadstead.plugin.mesh.etcd;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshBackend.Clusters;
import io.roadstead.api.mesh.MeshDiagnosis;
import io.roadstead.api.mesh.MeshDiagnosis.Check;
import io.roadstead.api.mesh.MeshDiagnosis.Outcome;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.kernel.loop.ContextServices;
import io.roadstead.kernel.loop.DirectoryWatch;
import io.roadstead.kernel.loop.KernelPluginContext;
import io.roadstead.kernel.metrics.MetricsRegistry;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.lab.Certificates;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** A directory of etcd.config files, followed by the kernel's own watch, with real etcds that ask for certificates. */
class EtcdDirectoryIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path temporary;

    private final Certificates authority = Certificates.authority("mesh authority");
    private final List<Clusters> told = new CopyOnWriteArrayList<>();
    private Path directory;
    private NettyTransport transport;
    private DirectoryWatch watch;
    private KernelPluginContext context;
    private MeshBackend<?> backend;
    private Etcd east;
    private Etcd west;

    @BeforeAll
    static void require() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
    }

    @BeforeEach
    void start() throws IOException {
        east = etcd("east");
        west = etcd("west");
        directory = Files.createDirectory(temporary.resolve("clustermesh"));
        authority.write(directory.resolve("common-etcd-client-ca.crt"));
        authority.client("remote").write(directory, "common-etcd-client");
        transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().name("loop-", 0).factory());
        watch = new DirectoryWatch();
        context = new KernelPluginContext("mesh-etcd", "1.0.0", getClass().getClassLoader(),
                new ContextServices("node-1", InstantSource.system(),
                        new Random(1), new MetricsRegistry(), watch, temporary.resolve("state")));
        backend = backend(null);
        backend.start(told::add);
    }

    @AfterEach
    void stop() {
        if (backend != null) {
            backend.close();
        }
        if (context != null) {
            context.close();
        }
        if (watch != null) {
            watch.close();
        }
        if (transport != null) {
            transport.close();
        }
        for (Etcd etcd : new Etcd[] {east, west}) {
            if (etcd != null) {
                etcd.close();
            }
        }
    }

    @Test
    void aFileThatAppearsChangesAndGoesIsFollowed() throws IOException {
        eventually(SOON, () -> assertThat(told).isNotEmpty());
        assertThat(told).containsExactly(new Clusters(false, new TreeMap<String, String>().navigableKeySet(), List.of()));

        Files.writeString(directory.resolve("lyon"), config(east));
        eventually(SOON, () -> assertThat(told.getLast().remotes()).containsExactly("lyon"));
        var known = new Known();
        var store = backend.remote("lyon", known);
        store.watch("cilium/", known);
        eventually(SOON, known::all, Map.of("cilium/name", "east")::equals);

        Files.writeString(directory.resolve("lyon"), "endpoints: [");
        eventually(SOON, () -> assertThat(told.getLast().problems()).singleElement().asString().contains("lyon: line 1 is not YAML")
                .contains("stays in force"));
        east.put("cilium/more", "1");
        eventually(SOON, known::all, Map.of("cilium/name", "east", "cilium/more", "1")::equals);
        assertThat(known.disconnected).isEmpty();

        Files.writeString(directory.resolve("lyon"), config(west));
        eventually(SOON, known::all, Map.of("cilium/name", "west")::equals);
        assertThat(store.status().endpoints()).extracting(StoreStatus.Endpoint::url).containsExactly(west.endpoint());
        assertThat(known.lists).as("what was known stood until the new store was listed").isEqualTo(2);

        Files.delete(directory.resolve("lyon"));
        eventually(SOON, () -> assertThat(told.getLast().remotes()).isEmpty());
        assertThatThrownBy(() -> backend.remote("lyon", known)).hasMessageContaining("lyon");
    }

    @Test
    void aMountedSecretIsFollowedThroughTheSwapOfItsLink() throws IOException {
        mount("v1", config(east));
        Files.createSymbolicLink(directory.resolve("lyon"), Path.of("..data/lyon"));
        eventually(SOON,
                () -> assertThat(told).isNotEmpty().last().satisfies(clusters -> assertThat(clusters.remotes()).containsExactly("lyon")));
        var known = new Known();
        backend.remote("lyon", known).watch("cilium/", known);
        eventually(SOON, known::all, Map.of("cilium/name", "east")::equals);

        mount("v2", config(west));

        eventually(SOON, known::all, Map.of("cilium/name", "west")::equals);
    }

    @Test
    void whatTheFileSaysIsTriedStepByStep() throws Exception {
        Files.writeString(directory.resolve("lyon"), config(east));
        eventually(SOON,
                () -> assertThat(told).isNotEmpty().last().satisfies(clusters -> assertThat(clusters.remotes()).containsExactly("lyon")));

        var checks = diagnose("lyon");

        assertThat(checks.getFirst().target()).isEqualTo(directory.resolve("lyon").toString());
        assertThat(checks).noneMatch(check -> check.outcome() == Outcome.FAILED).extracting(Check::step).contains("dns", "tcp", "tls",
                "certificate",
                "version", "revision", "permissions", "cluster-config");
        assertThatThrownBy(() -> diagnose("graz")).hasStackTraceContaining("is not configured");
    }

    @Test
    void theOwnStoreIsTriedToWriteToo() throws Exception {
        backend.close();
        backend = backend(Files.writeString(directory.resolve("etcd.config"), config(east)));
        told.clear();
        backend.start(told::add);
        eventually(SOON, () -> assertThat(told).isNotEmpty().last().satisfies(clusters -> assertThat(clusters.own()).isTrue()));

        var checks = diagnose("graz");

        assertThat(checks).filteredOn(check -> check.outcome() == Outcome.FAILED).extracting(Check::target).containsExactly("cilium/state/",
                "cilium/synced/graz/");
        assertThat(checks.getLast().remedy()).endsWith("etcdctl role grant-permission --prefix=true ROLE readwrite cilium/synced/graz/");
    }

    private List<Check> diagnose(String cluster) throws Exception {
        return ((MeshDiagnosis) backend).diagnose(cluster).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Etcd etcd(String name) {
        var etcd = Etcd.builder().tls(authority).start();
        etcd.user("remote", "cilium/");
        etcd.enableAuth();
        etcd.put("cilium/name", name);
        return etcd;
    }

    private String config(Etcd etcd) {
        return """
                endpoints:
                - %s
                trusted-ca-file: %s
                cert-file: common-etcd-client.crt
                key-file: common-etcd-client.key
                """.formatted(etcd.endpoint(), directory.resolve("common-etcd-client-ca.crt"));
    }

    private MeshBackend<?> backend(Path own) {
        var config = new EtcdMeshConfig(own == null ? null : new StoreConfig(List.of(), own, null, null, null), Map.of(), directory,
                Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(25), 256, 1000, 10_000,
                Duration.ofMinutes(15));
        return new EtcdMeshBackendFactory(transport).create("etcd", config, context);
    }

    /** As the kubelet does: a new directory, then one rename of the link to it. */
    private void mount(String version, String text) throws IOException {
        var content = Files.createDirectory(directory.resolve(".." + version));
        Files.writeString(content.resolve("lyon"), text);
        var link = Files.createSymbolicLink(directory.resolve("..data_tmp"), content.getFileName());
        Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What a reader was told. */
    private static final class Known implements MeshStore.Listener, MeshStore.Watcher {
        private final List<String> disconnected = new CopyOnWriteArrayList<>();
        private final Map<String, String> known = new TreeMap<>();
        private volatile int lists;

        @Override
        public void connected(String storeId) {
            // the watch tells
        }

        @Override
        public void disconnected(String reason) {
            disconnected.add(reason);
        }

        @Override
        public synchronized void listed(Map<String, byte[]> all) {
            lists++;
            known.clear();
            all.forEach((key, value) -> known.put(key, new String(value, StandardCharsets.UTF_8)));
        }

        @Override
        public synchronized void changed(List<MeshStore.Event> events) {
            events.forEach(event -> known.put(event.key(), new String(event.value(), StandardCharsets.UTF_8)));
        }

        @Override
        public void interrupted(String reason) {
            // what was known stays
        }

        synchronized Map<String, String> all() {
            return new TreeMap<>(known);
        }
    }
}
