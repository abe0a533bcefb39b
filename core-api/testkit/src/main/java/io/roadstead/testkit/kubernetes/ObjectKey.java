package io.roadstead.testkit.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Which object of a resource.
 *
 * @param namespace empty for what lies in none
 */
record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

    static ObjectKey of(JsonNode object) {
        var metadata = object.path("metadata");
        return new ObjectKey(Json.text(metadata, "namespace"), Json.text(metadata, "name"));
    }

    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }
}
