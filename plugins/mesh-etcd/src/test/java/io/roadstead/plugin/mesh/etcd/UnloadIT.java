package io.roadstead.plugin.mesh.etcd;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;

import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.LabContext;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

class UnloadIT {

    /** Netty's base and its loops stay, as they do when this plugin alone is exchanged; what the plugin brings goes with it. */
    @Test
    void nothingKeepsThePluginsClassesNorItsLibrariesWhileTheTransportGoesOn() throws Exception {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
        try (var etcd = Etcd.start();
                var transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().name("netty-", 0).factory());
                var context = new LabContext("mesh-etcd", Thread.ofPlatform().daemon().name("loop-", 0).factory())) {
            runIn(new OwnClassLoader("io.roadstead.plugin.mesh.etcd.Etcd", "io.roadstead.plugin.mesh.etcd.Store",
                    "io.roadstead.plugin.mesh.etcd.UnloadIT$",
                    "io.roadstead.plugin.mesh.etcd.client.", "io.roadstead.plugin.mesh.etcd.diagnose.",
                    "io.roadstead.plugin.mesh.etcd.files.", "io.roadstead.plugin.mesh.etcd.tls.",
                    "etcdserverpb.",
                    "io.grpc.", "io.perfmark.", "com.google.", "io.netty.handler.codec.http",
                    "io.netty.handler.proxy."), etcd.port(), context, transport).assertUnloaded();
        }
    }

    private static UnloadLeakCheck runIn(OwnClassLoader loader, int port, PluginContext context, NettyTransport transport)
            throws Exception {
        try (loader) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor(int.class, PluginContext.class, NettyTransport.class)
                    .newInstance(port, context, transport)).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: uses it in full, and leaves stores open when it ends. */
    public static final class Use implements Runnable, MeshStore.Listener, MeshStore.Watcher {
        private final int port;
        private final PluginContext context;
        private final NettyTransport transport;
        private final List<String> heard = new CopyOnWriteArrayList<>();

        public Use(int port, PluginContext context, NettyTransport transport) {
            this.port = port;
            this.context = context;
            this.transport = transport;
        }

        @Override
        public void run() {
            var live = new StoreConfig(List.of("http://localhost:" + port), null, null, null, null);
            var dead = new StoreConfig(List.of("http://127.0.0.1:1"), null, null, null, null);
            var config = new EtcdMeshConfig(live, Map.of("live", live, "dead", dead), null, Duration.ofSeconds(5), Duration.ofSeconds(10),
                    Duration.ofSeconds(15), Duration.ofSeconds(25), 256, 1000, 10_000, Duration.ofMinutes(15));
            try (var backend = new EtcdMeshBackendFactory(transport).create("etcd", config, context)) {
                backend.start(clusters -> heard.add("clusters"));
                var own = backend.own(this);
                backend.remote("live", this).watch("a/", this);
                var gone = backend.remote("dead", this);
                own.put("a/1", "1".getBytes(UTF_8));
                own.flush().toCompletableFuture().join();
                eventually(Duration.ofSeconds(30), () -> heard.contains("listed") && gone.status().failures() > 0, all -> all);
            }
        }

        @Override
        public void connected(String storeId) {
            heard.add("connected");
        }

        @Override
        public void disconnected(String reason) {
            heard.add("disconnected");
        }

        @Override
        public void listed(Map<String, byte[]> all) {
            heard.add("listed");
        }

        @Override
        public void changed(List<MeshStore.Event> events) {
            heard.add("changed");
        }

        @Override
        public void interrupted(String reason) {
            heard.add("interrupted");
        }
    }
}
