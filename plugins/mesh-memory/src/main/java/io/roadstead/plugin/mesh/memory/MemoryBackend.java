package io.roadstead.plugin.mesh.memory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;

/** A mesh within the agent: the own cluster's store, and others that hold what the configuration says. Everything happens on one loop. */
final class MemoryBackend implements MeshBackend<MemoryConfig> {
    private static final Duration HEARTBEAT = Duration.ofMinutes(1);
    private static final Duration SETTLE = Duration.ofMillis(100);

    private final PluginContext context;
    private final Loop loop;
    private final KeyValues own;
    private final Map<String, KeyValues> remotes = new ConcurrentHashMap<>();
    private final Map<String, Registration> files = new HashMap<>();
    private final Map<String, List<String>> problems = new TreeMap<>();
    private final List<MemoryStore> open = new ArrayList<>();
    private @Nullable Consumer<Clusters> configured;
    private @Nullable TimerHandle heartbeat;
    private boolean reachable = true;
    private boolean closed;
    private volatile MemoryConfig config;
    private volatile InstanceStatus status = new InstanceStatus(Health.STARTING, "not started", List.of());

    MemoryBackend(MemoryConfig config, PluginContext context) {
        this.config = config;
        this.context = context;
        this.loop = context.loop("mesh-memory");
        this.own = newContent();
    }

    @Override
    public void start(Consumer<Clusters> sink) {
        loop.execute(() -> {
            if (!closed) {
                configured = sink;
                apply();
                beat();
            }
        });
    }

    @Override
    public boolean reconfigure(MemoryConfig changed) {
        config = changed;
        loop.execute(this::apply);
        return true;
    }

    @Override
    public MeshStore own(MeshStore.Listener listener) {
        if (!config.own()) {
            throw new RoadsteadException(CommonErrorCode.NOT_FOUND, "the own cluster's store", "none is configured",
                    "set roadstead.mesh.memory.own");
        }
        return open("own", own, listener);
    }

    @Override
    public MeshStore remote(String cluster, MeshStore.Listener listener) {
        if (!config.clusters().containsKey(cluster)) {
            throw new RoadsteadException(CommonErrorCode.NOT_FOUND, "cluster " + cluster, "it is not configured",
                    "name it in roadstead.mesh.memory.clusters");
        }
        return open(cluster, content(cluster), listener);
    }

    @Override
    public InstanceStatus status() {
        return status;
    }

    @Override
    public void close() {
        loop.submit(() -> {
            closed = true;
            if (heartbeat != null) {
                heartbeat.cancel();
            }
            files.values().forEach(Registration::close);
            files.clear();
            List.copyOf(open).forEach(MemoryStore::close);
            return true;
        }).join();
    }

    /** Loses all connections; new ones are not made. For tests. */
    void cut(String reason) {
        loop.execute(() -> {
            reachable = false;
            List.copyOf(open).forEach(store -> store.disconnect(reason));
        });
    }

    /** Ends {@link #cut}. */
    void restore() {
        loop.execute(() -> {
            reachable = true;
            List.copyOf(open).forEach(MemoryStore::connect);
        });
    }

    /** What a remote cluster's store holds. Its content is the loop's. */
    KeyValues content(String cluster) {
        return remotes.computeIfAbsent(cluster, name -> newContent());
    }

    private KeyValues newContent() {
        return new KeyValues(HexFormat.of().toHexDigits(context.random().nextLong()));
    }

    private MeshStore open(String cluster, KeyValues content, MeshStore.Listener listener) {
        MemoryStore store = new MemoryStore(cluster, content, listener, loop, context.clock(), open::remove);
        loop.execute(() -> {
            open.add(store);
            if (closed) {
                store.close();
            } else if (reachable) {
                store.connect();
            }
        });
        return store;
    }

    private void apply() {
        if (closed || configured == null) {
            return;
        }
        files.values().forEach(Registration::close);
        files.clear();
        Map<String, MemoryConfig.Cluster> clusters = config.clusters();
        remotes.keySet().retainAll(clusters.keySet());
        problems.keySet().retainAll(clusters.keySet());
        clusters.forEach((name, cluster) -> {
            Path file = cluster.file();
            fill(name, cluster);
            if (file != null && file.getParent() != null) {
                files.put(name, context.watch(file.getParent(), SETTLE, loop, () -> refill(name, cluster)));
            }
        });
        tell();
    }

    private void refill(String name, MemoryConfig.Cluster cluster) {
        if (!closed && cluster.equals(config.clusters().get(name))) {
            List<String> before = problems.getOrDefault(name, List.of());
            fill(name, cluster);
            if (!before.equals(problems.get(name))) {
                tell();
            }
        }
    }

    /** A file that cannot be read takes nothing away. */
    private void fill(String name, MemoryConfig.Cluster cluster) {
        Seed seed = Seed.of(cluster);
        problems.put(name, seed.problems());
        KeyValues content = content(name);
        Map<String, byte[]> entries = seed.complete() ? new HashMap<>() : content.all("");
        entries.putAll(seed.entries());
        content.get(cluster.heartbeatKey()).ifPresent(sign -> entries.putIfAbsent(cluster.heartbeatKey(), sign));
        content.replace(entries);
    }

    private void beat() {
        byte[] now = context.clock().instant().toString().getBytes(StandardCharsets.UTF_8);
        config.clusters().forEach((name, cluster) -> {
            if (!cluster.heartbeatKey().isEmpty()) {
                content(name).put(cluster.heartbeatKey(), now);
            }
        });
        heartbeat = loop.schedule(HEARTBEAT, this::beat);
    }

    private void tell() {
        SortedSet<String> names = new TreeSet<>(config.clusters().keySet());
        List<String> found = problems.values().stream().flatMap(List::stream).toList();
        String summary = (config.own() ? "own store" : "no own store") + ", "
                + (names.isEmpty() ? "no other cluster" : "other clusters: " + String.join(", ", names));
        status = new InstanceStatus(found.isEmpty() ? Health.OK : Health.DEGRADED, summary, List.of());
        if (configured != null) {
            configured.accept(new Clusters(config.own(), names, found));
        }
    }
}
