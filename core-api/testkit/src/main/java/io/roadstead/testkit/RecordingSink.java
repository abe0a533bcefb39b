package io.roadstead.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.SourceProblem;

/** Keeps what a source tells, as history and as the state that it amounts to. Safe for any thread. */
public final class RecordingSink implements ClusterSink {
    private final List<ResourceBatch> batches = new ArrayList<>();
    private final Map<ResourceKey, Resource> objects = new TreeMap<>();
    private List<SourceProblem> problems = List.of();
    private Map<String, Integer> ignored = Map.of();
    private int objectsWhenSynced = -1;

    @Override
    public synchronized void apply(ResourceBatch batch) {
        batches.add(batch);
        batch.deletes().forEach(objects::remove);
        batch.upserts().forEach(resource -> objects.put(resource.key(), resource));
    }

    @Override
    public synchronized void synced() {
        if (objectsWhenSynced < 0) {
            objectsWhenSynced = objects.size();
        }
    }

    @Override
    public synchronized void problems(List<SourceProblem> all) {
        problems = List.copyOf(all);
    }

    @Override
    public synchronized void ignored(Map<String, Integer> countByKind) {
        ignored = Map.copyOf(countByKind);
    }

    /** What exists now. */
    public synchronized Map<ResourceKey, Resource> objects() {
        return new TreeMap<>(objects);
    }

    /** Names of what exists now, in the order of their keys. */
    public synchronized List<String> names() {
        return objects.keySet().stream().map(ResourceKey::name).toList();
    }

    /** Batches since this was last asked. */
    public synchronized List<ResourceBatch> takeBatches() {
        List<ResourceBatch> taken = List.copyOf(batches);
        batches.clear();
        return taken;
    }

    /** What is wrong now. */
    public synchronized List<SourceProblem> problems() {
        return problems;
    }

    /** Documents per kind that are not read. */
    public synchronized Map<String, Integer> ignored() {
        return ignored;
    }

    public synchronized boolean isSynced() {
        return objectsWhenSynced >= 0;
    }

    /** How many objects existed when the source was first synced. */
    public synchronized int objectsWhenSynced() {
        return objectsWhenSynced;
    }
}
