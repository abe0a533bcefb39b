package io.roadstead.api.model.meta;

import java.time.Instant;
import java.util.Map;

/**
 * What every object carries.
 *
 * @param namespace empty for cluster-scoped kinds
 * @param created   {@code creationTimestamp}; {@link Instant#EPOCH} when the source has none, so that such objects count as the oldest
 */
public record ObjectMeta(String namespace, String name, Map<String, String> labels, Map<String, String> annotations, Instant created) {

    public ObjectMeta {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("metadata.name is empty");
        }
    }

    /** Without labels, annotations and creation time. */
    public static ObjectMeta of(String namespace, String name) {
        return new ObjectMeta(namespace, name, Map.of(), Map.of(), Instant.EPOCH);
    }

    /** The same with other labels. */
    public ObjectMeta withLabels(Map<String, String> newLabels) {
        return new ObjectMeta(namespace, name, newLabels, annotations, created);
    }
}
