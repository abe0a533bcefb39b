package io.roadstead.plugin.kubernetes.read;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ResourceBatch;

/** Gathers what changed until it is told as one batch; the newest word about an object counts. Confined to the source's loop. */
final class Feed {
    private final LinkedHashMap<ResourceKey, Optional<Resource>> pending = new LinkedHashMap<>();

    void upsert(Resource resource) {
        pending.putLast(resource.key(), Optional.of(resource));
    }

    void delete(ResourceKey key) {
        pending.putLast(key, Optional.empty());
    }

    /** What gathered since; empty when nothing did. */
    ResourceBatch take() {
        List<Resource> upserts = new ArrayList<>();
        List<ResourceKey> deletes = new ArrayList<>();
        pending.forEach((key, resource) -> resource.ifPresentOrElse(upserts::add, () -> deletes.add(key)));
        pending.clear();
        return new ResourceBatch(upserts, deletes);
    }
}
