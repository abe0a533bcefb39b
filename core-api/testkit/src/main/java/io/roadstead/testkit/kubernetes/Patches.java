package io.roadstead.testkit.kubernetes;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON merge patch (RFC 7386) and JSON patch (RFC 6902). They change the tree that they are given. */
final class Patches {

    private Patches() {
    }

    /** The target with the patch merged into it: an object field by field, anything else as a whole. */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch.deepCopy();
        }
        var result = target instanceof ObjectNode object ? object : Json.object();
        for (var field : patch.properties()) {
            if (field.getValue().isNull()) {
                result.remove(field.getKey());
            } else {
                result.set(field.getKey(), merge(result.path(field.getKey()), field.getValue()));
            }
        }
        return result;
    }

    /** The target after each operation; throws 422 for one that cannot be done, and 400 for what is no list of operations. */
    static JsonNode apply(JsonNode target, JsonNode operations) {
        if (!operations.isArray()) {
            throw ApiException.badRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        }
        var holder = Json.object();
        holder.set("", target);
        for (var operation : operations) {
            apply(holder, operation);
        }
        return holder.path("");
    }

    private static void apply(ObjectNode holder, JsonNode operation) {
        var path = Pointer.of(Json.text(operation, "path"));
        switch (Json.text(operation, "op")) {
            case "add" -> path.add(holder, operation.path("value").deepCopy());
            case "remove" -> path.remove(holder);
            case "replace" -> {
                path.remove(holder);
                path.add(holder, operation.path("value").deepCopy());
            }
            case "copy" -> path.add(holder, Pointer.of(Json.text(operation, "from")).get(holder).deepCopy());
            case "move" -> {
                var from = Pointer.of(Json.text(operation, "from"));
                var value = from.get(holder);
                from.remove(holder);
                path.add(holder, value);
            }
            case "test" -> {
                if (!path.find(holder).equals(operation.path("value"))) {
                    throw refused("testing value " + Json.text(operation, "path") + " failed: test failed");
                }
            }
            default -> throw ApiException.badRequest("Unexpected kind: " + Json.text(operation, "op"));
        }
    }

    private static ApiException refused(String why) {
        return new ApiException(422, "Invalid", "the server rejected our request due to an error in our request: " + why);
    }

    /** Where an operation works; the root lies under the empty name of its holder. */
    private record Pointer(List<String> parents, String last, String text) {

        static Pointer of(String text) {
            if (!text.isEmpty() && !text.startsWith("/")) {
                throw ApiException.badRequest("invalid JSON pointer: " + text);
            }
            var steps = List.of(text.split("/", -1)).stream().map(step -> step.replace("~1", "/").replace("~0", "~")).toList();
            return new Pointer(steps.subList(0, steps.size() - 1), steps.getLast(), text);
        }

        /** A missing node when nothing is there. */
        JsonNode find(JsonNode holder) {
            return child(parent(holder), last);
        }

        JsonNode get(JsonNode holder) {
            var found = find(holder);
            if (found.isMissingNode()) {
                throw refused("path " + text + " does not exist: missing value");
            }
            return found;
        }

        void add(JsonNode holder, JsonNode value) {
            switch (parent(holder)) {
                case ObjectNode object -> object.set(last, value);
                case ArrayNode array -> array.insert(last.equals("-") ? array.size() : index(array.size()), value);
                default -> throw refused("add operation does not apply: doc is missing path: \"" + text + "\": missing value");
            }
        }

        void remove(JsonNode holder) {
            var parent = parent(holder);
            if (child(parent, last).isMissingNode()) {
                throw refused("remove operation does not apply: doc is missing path: \"" + text + "\": missing value");
            }
            if (parent instanceof ObjectNode object) {
                object.remove(last);
            } else if (parent instanceof ArrayNode array) {
                array.remove(Integer.parseInt(last));
            }
        }

        private int index(int size) {
            if (!last.matches("0|[1-9][0-9]{0,8}") || Integer.parseInt(last) > size) {
                throw refused("add operation does not apply: Unable to access invalid index: " + last);
            }
            return Integer.parseInt(last);
        }

        private JsonNode parent(JsonNode holder) {
            var node = holder;
            for (var step : parents) {
                node = child(node, step);
            }
            return node;
        }

        private static JsonNode child(JsonNode parent, String step) {
            return parent.isArray() && step.matches("0|[1-9][0-9]{0,8}") ? parent.path(Integer.parseInt(step)) : parent.path(step);
        }
    }
}
