package io.roadstead.kernel.cluster;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

import io.roadstead.api.model.meta.ResourceKey;

/**
 * What one batch changed.
 *
 * @param keys   objects that were created, changed or deleted, in the order of their arrival, each slice followed by the Services that it is and was of; may be
 *               empty when only {@code synced} changed
 * @param synced whether every source has been read completely
 */
public record ChangeSet(Set<ResourceKey> keys, boolean synced) {
    public ChangeSet {
        keys = Collections.unmodifiableSet(new LinkedHashSet<>(keys));
    }
}
