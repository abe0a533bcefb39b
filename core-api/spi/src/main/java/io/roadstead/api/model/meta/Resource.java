package io.roadstead.api.model.meta;

/** An object of the cluster, reduced to what Roadstead reads. Immutable; equal when nothing that is read differs. */
public interface Resource {
    ObjectMeta meta();

    /** As Kubernetes spells it. */
    String kind();

    /** Kind, namespace and name. */
    default ResourceKey key() {
        return new ResourceKey(kind(), meta().namespace(), meta().name());
    }
}
