package io.roadstead.api.model.meta;

/**
 * Names one object of the cluster. Ordered by kind, namespace, name.
 *
 * @param kind as Kubernetes spells it: {@code Service}
 * @param namespace empty for cluster-scoped kinds
 */
public record ResourceKey(String kind, String namespace, String name) implements Comparable<ResourceKey> {

    public ResourceKey {
        if (kind.isEmpty() || name.isEmpty()) {
            throw new IllegalArgumentException("an object needs a kind and a name");
        }
    }

    @Override
    public int compareTo(ResourceKey other) {
        int byKind = kind.compareTo(other.kind);
        if (byKind != 0) {
            return byKind;
        }
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** {@code Service default/webpod}, {@code Node k8s-w1}. */
    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
}
