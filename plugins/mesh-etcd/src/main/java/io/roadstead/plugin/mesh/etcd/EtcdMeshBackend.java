package io.roadstead.plugin.mesh.etcd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshDiagnosis;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.mesh.etcd.client.Dialer;
import io.roadstead.plugin.mesh.etcd.client.EtcdStore;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.mesh.etcd.client.TargetSource;
import io.roadstead.plugin.mesh.etcd.client.TargetSource.Targets;
import io.roadstead.plugin.mesh.etcd.diagnose.Diagnosis;
import io.roadstead.plugin.mesh.etcd.diagnose.Diagnosis.Subject;
import io.roadstead.plugin.mesh.etcd.files.TargetCheck;
import io.roadstead.plugin.mesh.etcd.files.WatchedFiles;
import io.roadstead.plugin.netty.api.NettyTransport;

/**
 * Knows where each cluster's etcd is, from the configuration and from files that it follows, and opens stores. A cluster that the configuration names is taken from
 * there, whatever a file says. Confined to its loop, but for what it publishes.
 */
final class EtcdMeshBackend implements MeshBackend<EtcdMeshConfig>, MeshDiagnosis {

    /** The own store's name among the sources; no cluster is called so. */
    private static final String OWN = "(own)";

    private final PluginContext context;
    private final Loop loop;
    private final Dialer dialer;
    private final Diagnosis diagnosis;
    private final List<Opened> opened = new CopyOnWriteArrayList<>();
    private final List<TargetSource> sources = new ArrayList<>();
    private final Map<TargetSource, Targets> read = new LinkedHashMap<>();
    private volatile EtcdMeshConfig config;
    private @Nullable Consumer<Clusters> listener;
    private @Nullable Clusters told;
    private volatile Map<String, Target> targets = Map.of();
    private volatile List<String> problems = List.of();
    private volatile boolean closed;

    /** A store that was opened, and whose target may change. */
    private record Opened(String cluster, EtcdStore store) {
    }

    EtcdMeshBackend(EtcdMeshConfig config, PluginContext context, NettyTransport transport) {
        this.context = context;
        this.config = config;
        this.loop = context.loop("mesh-etcd");
        this.dialer = new Dialer(transport, config.options());
        this.diagnosis = new Diagnosis(dialer, context.loop("mesh-etcd-diagnosis"), loop, context.clock());
        this.targets = configured(config);
        addSource(config.directory(), path -> WatchedFiles.directory(context, loop, path));
        addSource(config.own() == null ? null : config.own().file(), path -> WatchedFiles.single(context, loop, OWN, path));
        config.clusters().forEach((name, store) -> addSource(store.file(), path -> WatchedFiles.single(context, loop, name, path)));
    }

    private void addSource(@Nullable Path path, Function<Path, TargetSource> made) {
        if (path != null) {
            sources.add(made.apply(path));
        }
    }

    @Override
    public void start(Consumer<Clusters> configured) {
        loop.execute(() -> {
            listener = configured;
            sources.forEach(source -> source.start(known -> {
                read.put(source, known);
                merge();
            }));
            merge();
        });
    }

    /** Of all sources; nothing is told before each of them has been read once. */
    private void merge() {
        Consumer<Clusters> present = listener;
        if (closed || present == null || !read.keySet().containsAll(sources)) {
            return;
        }
        Map<String, Target> merged = new TreeMap<>(configured(config));
        List<String> found = new ArrayList<>();
        TargetCheck check = new TargetCheck();
        merged.forEach((cluster, target) -> found.addAll(check.problems(cluster, target)));
        for (TargetSource source : sources) {
            Targets known = Objects.requireNonNull(read.get(source));
            found.addAll(known.problems());
            known.byCluster().forEach((cluster, target) -> {
                if (merged.putIfAbsent(cluster, target) != null) {
                    found.add("cluster " + cluster + " is configured twice, of which the first counts; remove one");
                }
            });
        }
        targets = Map.copyOf(merged);
        problems = List.copyOf(found);
        opened.removeIf(each -> each.store.isClosed());
        opened.forEach(this::direct);
        TreeSet<String> remotes = new TreeSet<>(merged.keySet());
        Clusters clusters = new Clusters(remotes.remove(OWN), remotes, found);
        if (!clusters.equals(told)) {
            told = clusters;
            present.accept(clusters);
        }
    }

    private void direct(Opened each) {
        Target target = targets.get(each.cluster);
        if (target != null) {
            each.store.retarget(target);
        }
    }

    private static Map<String, Target> configured(EtcdMeshConfig config) {
        Map<String, Target> known = new TreeMap<>();
        config.clusters().forEach((name, store) -> store.target().ifPresent(target -> known.put(name, target)));
        Optional.ofNullable(config.own()).flatMap(StoreConfig::target).ifPresent(target -> known.put(OWN, target));
        return known;
    }

    @Override
    public MeshStore own(MeshStore.Listener storeListener) {
        Target target = targets.get(OWN);
        if (target == null || closed) {
            throw new RoadsteadException(CommonErrorCode.NOT_FOUND, "etcd of the own cluster", "is not configured",
                    "add roadstead.mesh.etcd.own");
        }
        return open(OWN, target, storeListener);
    }

    @Override
    public MeshStore remote(String cluster, MeshStore.Listener storeListener) {
        Target target = targets.get(cluster);
        if (target == null || closed) {
            throw notFound(cluster, "is not configured");
        }
        return open(cluster, target, storeListener);
    }

    private MeshStore open(String cluster, Target target, MeshStore.Listener storeListener) {
        Opened store = new Opened(cluster, new EtcdStore(cluster, target, config.options(), dialer, loop, context, storeListener));
        opened.add(store);
        if (closed) {
            store.store.close();
        }
        loop.execute(() -> direct(store)); // it may have changed since
        return store.store;
    }

    @Override
    public CompletionStage<List<Check>> diagnose(String cluster) {
        boolean own = !targets.containsKey(cluster); // the kernel asks for no others
        Target target = targets.get(own ? OWN : cluster);
        if (target == null) {
            return CompletableFuture.failedFuture(notFound(cluster, "is not configured"));
        }
        return diagnosis.diagnose(new Subject(cluster, own, target, origin(own, cluster)));
    }

    private String origin(boolean own, String cluster) {
        StoreConfig store = own ? config.own() : config.clusters().get(cluster);
        if (store == null) {
            return config.directory() + "/" + cluster;
        }
        return store.file() == null ? "roadstead.mesh.etcd." + (own ? "own" : "clusters." + cluster) : store.file().toString();
    }

    private static RoadsteadException notFound(String cluster, String problem) {
        return new RoadsteadException(CommonErrorCode.NOT_FOUND, "etcd of cluster " + cluster, problem,
                "add it to roadstead.mesh.etcd.clusters, or a file of that name to the directory");
    }

    @Override
    public boolean reconfigure(EtcdMeshConfig changed) {
        boolean files = sources.size() > (config.directory() == null ? 0 : 1)
                || changed.clusters().values().stream().anyMatch(store -> store.file() != null)
                || changed.own() != null && changed.own().file() != null;
        if (changed.equals(config)) {
            return true;
        }
        if (files || !config.withStoresOf(changed).equals(changed)) {
            return false;
        }
        loop.execute(() -> {
            config = changed;
            merge();
        });
        return true;
    }

    @Override
    public InstanceStatus status() {
        List<String> now = problems;
        Map<String, Target> known = targets;
        String summary =
                (known.containsKey(OWN) ? "publishes, " : "") + "reads " + (known.size() - (known.containsKey(OWN) ? 1 : 0)) + " clusters";
        return now.isEmpty() ? InstanceStatus.ok(summary) : new InstanceStatus(InstanceStatus.Health.DEGRADED, summary, now);
    }

    @Override
    public void close() {
        closed = true;
        sources.forEach(TargetSource::close);
        opened.forEach(each -> each.store.close());
        opened.clear();
        dialer.close();
    }
}
