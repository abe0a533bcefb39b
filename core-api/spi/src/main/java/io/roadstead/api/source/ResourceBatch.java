package io.roadstead.api.source;

import java.util.List;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;

/**
 * Changes that belong together.
 *
 * @param upserts objects as they are now
 * @param deletes objects that are gone; unknown keys are ignored; a key in both lists exists
 */
public record ResourceBatch(List<Resource> upserts, List<ResourceKey> deletes) {

    public ResourceBatch {
        upserts = List.copyOf(upserts);
        deletes = List.copyOf(deletes);
    }

    public boolean isEmpty() {
        return upserts.isEmpty() && deletes.isEmpty();
    }
}
