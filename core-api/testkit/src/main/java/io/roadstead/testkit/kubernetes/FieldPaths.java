package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Sets of fields that someone owns. A path is a list of steps as FieldsV1 writes them: {@code f:name} for a field, <code>k:{"type":"Ready"}</code> for an item of
 * a list that is a map, {@code v:"x"} for one of a set.
 */
final class FieldPaths {

    /** What the server itself writes, or what tells which object it is: nobody's. */
    private static final Set<List<String>> UNOWNED = Set.of(List.of("f:apiVersion"), List.of("f:kind"), List.of("f:metadata", "f:name"),
            List.of("f:metadata", "f:namespace"), List.of("f:metadata", "f:uid"), List.of("f:metadata", "f:resourceVersion"),
            List.of("f:metadata", "f:generation"), List.of("f:metadata", "f:creationTimestamp"), List.of("f:metadata", "f:selfLink"),
            List.of("f:metadata", "f:deletionTimestamp"), List.of("f:metadata", "f:managedFields"));

    private FieldPaths() {
    }

    /** All fields that an object sets. */
    static Set<List<String>> of(JsonNode object, Shape shape) {
        var paths = new LinkedHashSet<List<String>>();
        collect(object, shape, List.of(), paths);
        paths.removeIf(path -> UNOWNED.stream().anyMatch(unowned -> startsWith(path, unowned)));
        return paths;
    }

    private static void collect(JsonNode value, Shape shape, List<String> path, Set<List<String>> paths) {
        if (value.isObject() && !value.isEmpty() && !shape.isAtomicMap()) {
            value.properties().forEach(field -> collect(field.getValue(), shape.field(field.getKey()), step(path, "f:" + field.getKey()),
                    paths));
        } else if (value.isArray() && !shape.keys().isEmpty()) {
            for (var item : value) {
                var itemPath = step(path, "k:" + key(item, shape.keys()));
                paths.add(itemPath);
                item.properties().forEach(field -> collect(field.getValue(), shape.items().field(field.getKey()),
                        step(itemPath, "f:" + field.getKey()), paths));
            }
        } else if (value.isArray() && shape.isSet()) {
            value.forEach(item -> paths.add(step(path, "v:" + item)));
        } else {
            paths.add(path);
        }
    }

    private static List<String> step(List<String> path, String step) {
        var longer = new ArrayList<>(path);
        longer.add(step);
        return List.copyOf(longer);
    }

    /** The fields of an item that tell it apart; a port without a protocol is one of TCP. */
    static ObjectNode key(JsonNode item, List<String> keys) {
        var key = Json.object();
        for (var name : keys) {
            if (item.has(name)) {
                key.set(name, item.get(name));
            } else if (name.equals("protocol")) {
                key.put(name, "TCP");
            }
        }
        return key;
    }

    static boolean startsWith(List<String> path, List<String> prefix) {
        return path.size() >= prefix.size() && path.subList(0, prefix.size()).equals(prefix);
    }

    /** What stands at a path; a missing node when nothing does. */
    static JsonNode find(JsonNode object, List<String> path) {
        var node = object;
        for (var step : path) {
            node = child(node, step);
        }
        return node;
    }

    private static JsonNode child(JsonNode parent, String step) {
        var name = step.substring(2);
        return switch (step.charAt(0)) {
            case 'f' -> parent.path(name);
            case 'k' -> item(parent, name).orElse(parent.path(-1));
            default -> Json.elements(parent).filter(item -> item.toString().equals(name)).findFirst().orElse(parent.path(-1));
        };
    }

    private static Optional<JsonNode> item(JsonNode list, String key) {
        var names = new ArrayList<String>();
        Json.yaml(key).getFirst().fieldNames().forEachRemaining(names::add);
        return Json.elements(list).filter(item -> key(item, names).toString().equals(key)).findFirst();
    }

    /** Removes what stands at a path, and objects above it that are empty by that. */
    static void remove(JsonNode object, List<String> path) {
        var parent = find(object, path.subList(0, path.size() - 1));
        var last = path.getLast();
        if (parent instanceof ObjectNode fields) {
            fields.remove(last.substring(2));
        } else if (parent instanceof ArrayNode items) {
            var gone = child(items, last);
            items.removeIf(item -> item.equals(gone));
        }
        if (parent.isEmpty() && path.size() > 1 && (parent.isArray() || parent.isObject())) {
            remove(object, path.subList(0, path.size() - 1));
        }
    }

    /** As FieldsV1 has them. */
    static ObjectNode toFields(Set<List<String>> paths) {
        var fields = Json.object();
        for (var path : paths) {
            var node = fields;
            for (var step : path) {
                node = Json.child(node, step);
            }
            if (path.getLast().startsWith("k:")) {
                node.putObject(".");
            }
        }
        return fields;
    }

    /** The reverse of {@link #toFields}. */
    static Set<List<String>> fromFields(JsonNode fields) {
        var paths = new LinkedHashSet<List<String>>();
        read(fields, List.of(), paths);
        return paths;
    }

    private static void read(JsonNode fields, List<String> path, Set<List<String>> paths) {
        if (fields.isEmpty() && !path.isEmpty()) {
            paths.add(path);
        }
        for (var field : fields.properties()) {
            if (field.getKey().equals(".")) {
                paths.add(path);
            } else {
                read(field.getValue(), step(path, field.getKey()), paths);
            }
        }
    }

    /** As conflicts name it: <code>.status.conditions[type="Ready"].reason</code>. */
    static String shown(List<String> path) {
        return path.stream().map(step -> switch (step.charAt(0)) {
            case 'f' -> "." + step.substring(2);
            case 'k' -> Json.yaml(step.substring(2)).getFirst().properties().stream().map(key -> key.getKey() + "=" + key.getValue())
                    .collect(Collectors.joining(",", "[", "]"));
            default -> "[=" + step.substring(2) + "]";
        }).collect(Collectors.joining());
    }
}
