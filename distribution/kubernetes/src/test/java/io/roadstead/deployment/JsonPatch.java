package io.roadstead.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** RFC 6902, as far as the overlays use it: add, replace and remove. Strict: what is replaced or removed must be there. */
final class JsonPatch {

    private JsonPatch() {
    }

    /** Changes the target. */
    static void apply(JsonNode patch, ObjectNode target) {
        patch.forEach(operation -> apply(operation.path("op").asText(), operation.path("path").asText(), operation.path("value"), target));
    }

    private static void apply(String operation, String path, JsonNode value, ObjectNode target) {
        int last = path.lastIndexOf('/');
        var parent = target.at(path.substring(0, last));
        var key = path.substring(last + 1);
        switch (parent) {
            case ObjectNode map -> {
                if (!operation.equals("add") && !map.has(key)) {
                    throw new AssertionError(operation + " " + path + ": there is no such field");
                }
                switch (operation) {
                    case "add", "replace" -> map.set(key, value.deepCopy());
                    case "remove" -> map.remove(key);
                    default -> throw new AssertionError("operation " + operation + " is not used here");
                }
            }
            case ArrayNode list when operation.equals("add") && key.equals("-") -> list.add(value.deepCopy());
            default -> throw new AssertionError(operation + " " + path + ": nothing that can be patched is there");
        }
    }
}
