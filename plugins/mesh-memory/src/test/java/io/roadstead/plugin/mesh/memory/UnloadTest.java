package io.roadstead.plugin.mesh.memory;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.mesh.MeshStore;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.OwnClassLoader;
import io.roadstead.testkit.UnloadLeakCheck;

final class UnloadTest {
    @TempDir
    private Path base;

    @Test
    void nothingKeepsThePluginsClassesAfterItsBackendWasClosed() throws Exception {
        runIn(new OwnClassLoader("io.roadstead.plugin.mesh.memory.")).assertUnloaded();
    }

    private UnloadLeakCheck runIn(OwnClassLoader loader) throws Exception {
        try (loader) {
            ((Runnable) loader.loadClass(Use.class.getName()).getDeclaredConstructor(Path.class).newInstance(base)).run();
            return UnloadLeakCheck.of(loader);
        }
    }

    /** Loaded by the plugin's loader: uses it in full. */
    public static final class Use implements Runnable, MeshStore.Listener, MeshStore.Watcher {
        private final Path base;

        public Use(Path base) {
            this.base = base;
        }

        @Override
        public void run() {
            FakePluginContext context = new FakePluginContext("mesh-memory", base);
            MemoryConfig config = new MemoryConfig(true,
                    Map.of("east", new MemoryConfig.Cluster(Map.of("a", "1"), base.resolve("east.keys"), "beat")));
            try (MemoryBackend backend = new MemoryBackend(config, context)) {
                backend.start(clusters -> {
                });
                MeshStore store = backend.own(this);
                store.watch("", this);
                store.put("a", new byte[1]);
                backend.remote("east", this).watch("a", this);
                context.scheduler().runReady();
            }
            context.unload();
        }

        @Override
        public void connected(String storeId) {
            // only there to be called
        }

        @Override
        public void disconnected(String reason) {
            // only there to be called
        }

        @Override
        public void listed(Map<String, byte[]> all) {
            // only there to be called
        }

        @Override
        public void changed(List<MeshStore.Event> events) {
            // only there to be called
        }

        @Override
        public void interrupted(String reason) {
            // only there to be called
        }
    }
}
