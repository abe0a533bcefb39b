package io.roadstead.kernel.cluster;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.time.Loop;

/**
 * The cluster's objects. Owned by the control loop: everything but the sinks is called there. Where two sources have an object of the same key, the one that was
 * registered first decides; the other's shows when the first takes its own away.
 */
public final class ClusterState {

    private static final Logger log = LoggerFactory.getLogger(ClusterState.class);

    private final Loop control;
    private final ObjectTable objects;
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final List<ClusterListener> listeners = new ArrayList<>();

    public ClusterState(Loop control, String localNodeName) {
        this.control = control;
        this.objects = new ObjectTable(localNodeName);
    }

    /**
     * Registers a source, which must happen before any other source can sync if it is to be waited for. A name that is registered already begins anew: what the
     * old sink put in stays until the new one has synced and did not put it in again, and the old sink has no effect any more.
     */
    public ClusterSink sink(String source) {
        Source known = sources.computeIfAbsent(source, Source::new);
        known.unconfirmed.clear();
        known.unconfirmed.addAll(known.objects.keySet());
        known.relisting = known.synced;
        Sink sink = new Sink(known);
        known.sink = sink;
        return sink;
    }

    /** Forgets a source and drops its objects. */
    public void remove(String source) {
        Source gone = sources.remove(source);
        if (gone == null) {
            return;
        }
        gone.sink = null;
        Set<ResourceKey> keys = new LinkedHashSet<>(gone.objects.keySet());
        gone.objects.clear();
        publish(keys, true);
    }

    /** Reads the state; see {@link ClusterView} for when. */
    public ClusterView view() {
        return objects;
    }

    /** Whether there is a source and all of them have been read completely. */
    public boolean synced() {
        return !sources.isEmpty() && sources.values().stream().allMatch(source -> source.synced);
    }

    /** Calls the listener from the next change on, after those that are registered already. */
    public Registration listen(ClusterListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** How many objects of each kind, ordered by kind. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        objects.forEachKind((kind, count) -> counts.merge(kind, count, Integer::sum));
        return counts;
    }

    /** What the sources said is wrong, and every object that another source's hides. */
    public List<SourceProblem> problems() {
        List<SourceProblem> all = new ArrayList<>();
        Map<ResourceKey, String> owners = sources.size() > 1 ? new LinkedHashMap<>() : Map.of();
        for (Source source : sources.values()) {
            all.addAll(source.problems);
            if (sources.size() == 1) {
                break;
            }
            for (ResourceKey key : source.objects.keySet()) {
                String owner = owners.putIfAbsent(key, source.name);
                if (owner != null) {
                    all.add(new SourceProblem(source.name, "", key + " is hidden by the one from source " + owner, "remove one of the two",
                            true));
                }
            }
        }
        return all;
    }

    /** How many documents of each kind were passed over, ordered by kind. */
    public Map<String, Integer> ignored() {
        Map<String, Integer> all = new TreeMap<>();
        sources.values().forEach(source -> source.ignored.forEach((kind, count) -> all.merge(kind, count, Integer::sum)));
        return all;
    }

    private void apply(Source source, ResourceBatch batch) {
        Set<ResourceKey> touched = new LinkedHashSet<>();
        for (ResourceKey key : batch.deletes()) {
            source.unconfirmed.remove(key);
            if (source.objects.remove(key) != null) {
                touched.add(key);
            }
        }
        for (Resource resource : batch.upserts()) {
            ResourceKey key = resource.key();
            source.unconfirmed.remove(key);
            if (!resource.equals(source.objects.put(key, resource))) {
                touched.add(key);
            }
        }
        publish(touched, false);
    }

    private void markSynced(Source source) {
        if (source.synced && !source.relisting) {
            return;
        }
        source.synced = true;
        source.relisting = false;
        Set<ResourceKey> gone = new LinkedHashSet<>(source.unconfirmed);
        source.objects.keySet().removeAll(gone);
        source.unconfirmed.clear();
        publish(gone, true);
    }

    /** Makes the effective objects of these keys what the sources say, and tells the listeners of those that differ. */
    private void publish(Set<ResourceKey> touched, boolean evenIfUnchanged) {
        Set<ResourceKey> changed = new LinkedHashSet<>();
        for (ResourceKey key : touched) {
            changed.addAll(objects.set(key, effective(key)));
        }
        if (changed.isEmpty() && !evenIfUnchanged) {
            return;
        }
        ChangeSet changes = new ChangeSet(changed, synced());
        for (ClusterListener listener : List.copyOf(listeners)) {
            try {
                listener.changed(changes, objects);
            } catch (RuntimeException failure) {
                log.error("cluster listener failed listener={} keys={}", listener, changes.keys(), failure);
            }
        }
    }

    private @Nullable Resource effective(ResourceKey key) {
        for (Source source : sources.values()) {
            Resource resource = source.objects.get(key);
            if (resource != null) {
                return resource;
            }
        }
        return null;
    }

    /** What one source said. */
    private static final class Source {
        private final String name;
        private final Map<ResourceKey, Resource> objects = new LinkedHashMap<>();
        /** Objects of an earlier registration that this one has not mentioned yet. */
        private final Set<ResourceKey> unconfirmed = new HashSet<>();
        private List<SourceProblem> problems = List.of();
        private Map<String, Integer> ignored = Map.of();
        private boolean synced;
        private boolean relisting;
        private @Nullable Sink sink;

        Source(String name) {
            this.name = name;
        }
    }

    /** Posts to the control loop; does nothing once another registration has taken its place. */
    private final class Sink implements ClusterSink {
        private final Source source;

        Sink(Source source) {
            this.source = source;
        }

        @Override
        public void apply(ResourceBatch batch) {
            post(() -> ClusterState.this.apply(source, batch));
        }

        @Override
        public void synced() {
            post(() -> markSynced(source));
        }

        @Override
        public void problems(List<SourceProblem> all) {
            List<SourceProblem> copy = List.copyOf(all);
            post(() -> source.problems = copy);
        }

        @Override
        public void ignored(Map<String, Integer> countByKind) {
            Map<String, Integer> copy = Map.copyOf(countByKind);
            post(() -> source.ignored = copy);
        }

        private void post(Runnable task) {
            control.execute(() -> {
                if (source.sink == this) {
                    task.run();
                }
            });
        }
    }
}
