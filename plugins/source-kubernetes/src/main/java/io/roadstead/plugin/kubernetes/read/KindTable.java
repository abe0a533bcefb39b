package io.roadstead.plugin.kubernetes.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ResourceDecoder.Fault;
import io.roadstead.api.source.ResourceDecoder.Result;
import io.roadstead.api.source.SourceProblem;

/**
 * What has been told of one kind, so that only differences are, and that what vanished while nobody looked is noticed. Holds the very records that the kernel
 * holds, hence a reference per object and no object. Confined to the source's loop.
 */
final class KindTable {
    private final Map<ResourceKey, Resource> told = new HashMap<>();
    private final Map<ResourceKey, List<Fault>> refused = new TreeMap<>();
    private final Set<ResourceKey> ignored = new HashSet<>();
    private final Feed feed;
    private final DocumentListener listener;

    KindTable(Feed feed, DocumentListener listener) {
        this.feed = feed;
        this.listener = listener;
    }

    /** An object as it is now. */
    void put(Read read) {
        ResourceKey key = read.key();
        listener.seen(read.document());
        switch (read.result()) {
            case Result.Decoded(Resource resource) -> {
                refused.remove(key);
                ignored.remove(key);
                Resource former = told.get(key);
                if (!resource.equals(former)) { // else the former stays: the kernel keeps it, too
                    told.put(key, resource);
                    feed.upsert(resource);
                }
            }
            case Result.Refused(var ignoredKey, List<Fault> faults) -> {
                ignored.remove(key);
                refused.put(key, faults);
            }
            case Result.Ignored(var ignoredVersion, var ignoredKind) -> {
                forget(key);
                ignored.add(key);
            }
        }
    }

    /** An object that is no more. */
    void remove(ResourceKey key) {
        forget(key);
        listener.gone(key);
    }

    /** Everything else is no more. */
    void retain(Set<ResourceKey> present) {
        Set<ResourceKey> gone = new HashSet<>(told.keySet());
        gone.addAll(refused.keySet());
        gone.addAll(ignored);
        gone.removeAll(present);
        gone.forEach(this::remove);
    }

    private void forget(ResourceKey key) {
        refused.remove(key);
        ignored.remove(key);
        Resource former = told.remove(key);
        if (former != null) {
            feed.delete(former.key());
        }
    }

    /** How many have been told and not taken back. */
    int size() {
        return told.size();
    }

    /** How many are not read. */
    int ignored() {
        return ignored.size();
    }

    /** What is wrong with objects of this kind, by their names. */
    List<SourceProblem> problems() {
        List<SourceProblem> problems = new ArrayList<>();
        refused.forEach((key, faults) -> faults
                .forEach(fault -> problems
                        .add(new SourceProblem(key.toString(), fault.field(), fault.problem(), fault.remedy(), told.containsKey(key)))));
        return problems;
    }
}
