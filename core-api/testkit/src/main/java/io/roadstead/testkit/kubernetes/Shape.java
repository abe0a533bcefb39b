package io.roadstead.testkit.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** How a field is merged and owned: lists as wholes, as sets, or as maps by some fields of their items; maps as wholes or field by field. */
sealed interface Shape {

    /** Shape of a field of an object, or of a value in a map. */
    Shape field(String name);

    /** Shape of the items of a list. */
    Shape items();

    /** Fields that tell items of a list apart for server-side apply; empty when the list is no map. */
    List<String> keys();

    /** Whether a list is a set of plain values. */
    boolean isSet();

    /** Whether a map or an object has one owner as a whole. */
    boolean isAtomicMap();

    /** The field by which a strategic merge patch finds items; empty when it replaces the list. */
    String mergeKey();

    static Shape builtIn(String kind) {
        return new BuiltIn(kind, "");
    }

    static Shape of(JsonNode schema) {
        return new OfSchema(schema);
    }

    /** What the Go types of the kinds that labs use say in their markers. */
    record BuiltIn(String kind, String path) implements Shape {

        private static final Map<String, List<String>> KEYS = Map.ofEntries(
                Map.entry(".metadata.ownerReferences", List.of("uid")),
                Map.entry("Service.spec.ports", List.of("port", "protocol")),
                Map.entry("Service.status.conditions", List.of("type")),
                Map.entry("Node.status.conditions", List.of("type")),
                Map.entry("Node.status.addresses", List.of("type")),
                Map.entry("Pod.spec.containers", List.of("name")),
                Map.entry("Pod.spec.initContainers", List.of("name")),
                Map.entry("Pod.spec.containers.ports", List.of("containerPort", "protocol")),
                Map.entry("Pod.spec.containers.env", List.of("name")),
                Map.entry("Pod.spec.containers.volumeMounts", List.of("mountPath")),
                Map.entry("Pod.spec.volumes", List.of("name")),
                Map.entry("Pod.status.conditions", List.of("type")),
                Map.entry("Pod.status.podIPs", List.of("ip")),
                Map.entry("Namespace.status.conditions", List.of("type")),
                Map.entry("CustomResourceDefinition.status.conditions", List.of("type")));
        private static final Set<String> SETS = Set.of(".metadata.finalizers", "Node.spec.podCIDRs");
        private static final Set<String> ATOMIC_MAPS = Set.of("Service.spec.selector", "EndpointSlice.endpoints", "Pod.spec.nodeSelector");

        @Override
        public Shape field(String name) {
            return new BuiltIn(kind, path + "." + name);
        }

        @Override
        public Shape items() {
            return this;
        }

        @Override
        public List<String> keys() {
            return KEYS.getOrDefault(kind + path, KEYS.getOrDefault(path, List.of()));
        }

        @Override
        public boolean isSet() {
            return SETS.contains(kind + path) || SETS.contains(path);
        }

        @Override
        public boolean isAtomicMap() {
            return ATOMIC_MAPS.contains(kind + path);
        }

        @Override
        public String mergeKey() {
            var keys = keys();
            return keys.isEmpty() ? "" : keys.getFirst();
        }
    }

    /** What the markers of a structural schema say; without them lists are wholes and objects are owned field by field. */
    record OfSchema(JsonNode schema) implements Shape {

        @Override
        public Shape field(String name) {
            var property = schema.path("properties").path(name);
            if (!property.isMissingNode()) {
                return new OfSchema(property);
            }
            if (schema.path("additionalProperties").isObject()) {
                return new OfSchema(schema.path("additionalProperties"));
            }
            return name.equals("metadata") ? new BuiltIn("", ".metadata") : new OfSchema(MissingNode.getInstance());
        }

        @Override
        public Shape items() {
            return new OfSchema(schema.path("items"));
        }

        @Override
        public List<String> keys() {
            return Json.text(schema, "x-kubernetes-list-type").equals("map")
                    ? Json.elements(schema.path("x-kubernetes-list-map-keys")).map(JsonNode::asText).toList()
                    : List.of();
        }

        @Override
        public boolean isSet() {
            return Json.text(schema, "x-kubernetes-list-type").equals("set");
        }

        @Override
        public boolean isAtomicMap() {
            return Json.text(schema, "x-kubernetes-map-type").equals("atomic");
        }

        @Override
        public String mergeKey() {
            return ""; // strategic merge patches are for built-in kinds
        }
    }
}
