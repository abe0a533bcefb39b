package io.roadstead.plugin.mesh.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.mesh.MeshBackend.Clusters;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.MeshStore.Event;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.plugin.mesh.memory.MemoryConfig.Cluster;
import io.roadstead.testkit.FakePluginContext;

final class MemoryBackendTest {
    @TempDir
    private Path directory;
    private FakePluginContext context;
    private MemoryBackend backend;
    private final List<Clusters> told = new ArrayList<>();
    private final Map<String, String> content = new TreeMap<>();

    @AfterEach
    void close() {
        backend.close();
        context.unload();
        assertThat(context.scheduler().timers()).isZero();
        assertThat(context.watchedDirectories()).isEmpty();
    }

    private void start(Map<String, Cluster> clusters) {
        context = new FakePluginContext("mesh-memory", directory.resolve("state"));
        backend = new MemoryBackend(new MemoryConfig(true, clusters), context);
        backend.start(told::add);
        context.scheduler().runReady();
    }

    private MeshStore watch(String cluster) {
        MeshStore store = backend.remote(cluster, new Silent());
        store.watch("", new Reader());
        context.scheduler().runReady();
        return store;
    }

    private Path write(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("east.keys"), text);
        if (context != null) {
            context.directoryChanged(directory, "east.keys");
            context.scheduler().advance(Duration.ofSeconds(1));
        }
        return file;
    }

    private static Cluster keys(String... keysAndValues) {
        return cluster(null, keysAndValues);
    }

    private static Cluster cluster(@Nullable Path file, String... keysAndValues) {
        Map<String, String> keys = new TreeMap<>();
        for (int index = 0; index < keysAndValues.length; index += 2) {
            keys.put(keysAndValues[index], keysAndValues[index + 1]);
        }
        return new Cluster(keys, file, "");
    }

    @Test
    void aClusterHoldsWhatTheConfigurationSaysAndFollowsIt() {
        start(Map.of("east", keys("a", "1", "b", "1")));
        MeshStore store = watch("east");
        assertThat(content).containsExactly(Map.entry("a", "1"), Map.entry("b", "1"));

        assertThat(backend.reconfigure(new MemoryConfig(false, Map.of("east", keys("b", "2", "c", "1"), "west", keys())))).isTrue();
        context.scheduler().runReady();

        assertThat(content).containsExactly(Map.entry("b", "2"), Map.entry("c", "1"));
        assertThat(told).last().isEqualTo(new Clusters(false, new TreeSet<>(List.of("east", "west")), List.of()));
        assertThat(store.status().failures()).isZero();
    }

    @Test
    void aFileIsFollowedAndWinsOverTheConfiguration() throws IOException {
        Path file = write("# east\n\ncilium/a {\"x\": 1}\nb  from file \n");
        start(Map.of("east", cluster(file, "b", "configured", "c", "configured")));
        watch("east");
        assertThat(content).containsExactly(Map.entry("b", "from file"), Map.entry("c", "configured"), Map.entry("cilium/a", "{\"x\": 1}"));

        write("cilium/a 2\n");

        assertThat(content).containsExactly(Map.entry("b", "configured"), Map.entry("c", "configured"), Map.entry("cilium/a", "2"));
    }

    @Test
    void aLineWithoutValueIsNamedAndTheOthersCount() throws IOException {
        start(Map.of("east", cluster(write("a 1\nlonely\nb 2\n"))));
        watch("east");

        assertThat(content).containsOnlyKeys("a", "b");
        assertThat(told.getLast().problems()).containsExactly(
                directory.resolve("east.keys") + ":2: has no value; write the key, a space and the value");
        assertThat(backend.status().health()).isEqualTo(Health.DEGRADED);

        write("a 1\n");

        assertThat(content).containsOnlyKeys("a");
        assertThat(told.getLast().problems()).isEmpty();
        assertThat(backend.status().health()).isEqualTo(Health.OK);
    }

    @Test
    void aFileThatCannotBeReadTakesNothingAway() throws IOException {
        Path file = write("a 1\n");
        start(Map.of("east", cluster(file)));
        watch("east");

        Files.write(file, new byte[] {(byte) 0xff, ' ', (byte) 0xfe});
        context.directoryChanged(directory, "east.keys");
        context.scheduler().advance(Duration.ofSeconds(1));
        assertThat(told.getLast().problems()).singleElement().asString().contains("east.keys", "UTF-8");
        assertThat(content).containsOnlyKeys("a");

        Files.delete(file);
        context.directoryChanged(directory, "east.keys");
        context.scheduler().advance(Duration.ofSeconds(1));
        assertThat(told.getLast().problems()).singleElement().asString().contains("east.keys", "no such file");
        assertThat(content).containsOnlyKeys("a");

        write("b 1\n");
        assertThat(content).containsOnlyKeys("b");
        assertThat(told.getLast().problems()).isEmpty();
    }

    @Test
    void aStoreGivesSignsOfLifeWhateverItsFileHolds() throws IOException {
        Path file = write("a 1\n");
        start(Map.of("east", new Cluster(Map.of(), file, "beat")));
        watch("east");
        assertThat(content).containsEntry("beat", "2026-01-01T00:00:00Z");

        context.scheduler().advance(Duration.ofMinutes(3));
        write("a 2\n");

        assertThat(content).containsExactly(Map.entry("a", "2"), Map.entry("beat", "2026-01-01T00:03:00Z"));
    }

    @Test
    void aClusterThatIsNamedAgainIsAnotherStore() {
        start(Map.of("east", keys("a", "1")));
        MeshStore before = watch("east");
        backend.reconfigure(new MemoryConfig(true, Map.of()));
        context.scheduler().runReady();
        before.close();
        backend.reconfigure(new MemoryConfig(true, Map.of("east", keys("b", "1"))));
        context.scheduler().runReady();

        assertThat(watch("east").status().storeId()).isNotEqualTo(before.status().storeId());
        assertThat(content).containsOnlyKeys("b");
    }

    private static final class Silent implements MeshStore.Listener {
        @Override
        public void connected(String storeId) {
            // seen in the status
        }

        @Override
        public void disconnected(String reason) {
            // seen in the status
        }
    }

    /** Keeps what it is told. */
    private final class Reader implements MeshStore.Watcher {
        @Override
        public void listed(Map<String, byte[]> all) {
            content.clear();
            all.forEach((key, value) -> content.put(key, new String(value, StandardCharsets.UTF_8)));
        }

        @Override
        public void changed(List<Event> events) {
            for (Event event : events) {
                content.put(event.key(), new String(event.value(), StandardCharsets.UTF_8));
                if (event.type() == Event.Type.DELETE) {
                    content.remove(event.key());
                }
            }
        }

        @Override
        public void interrupted(String reason) {
            throw new AssertionError(reason);
        }
    }
}
