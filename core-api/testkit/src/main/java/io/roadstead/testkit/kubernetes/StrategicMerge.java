package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Strategic merge patches of built-in kinds: as merge patches, but lists that have a merge key are merged item by item. */
final class StrategicMerge {

    private static final String DIRECTIVE = "$patch";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_PLAIN = "$deleteFromPrimitiveList/";
    private static final String RETAIN = "$retainKeys";

    private StrategicMerge() {
    }

    /** Changes the target, and returns it. */
    static ObjectNode merge(ObjectNode target, JsonNode patch, Shape shape) {
        switch (Json.text(patch, DIRECTIVE)) {
            case "replace" -> {
                target.removeAll();
                patch.properties().stream().filter(field -> !field.getKey().equals(DIRECTIVE))
                        .forEach(field -> target.set(field.getKey(), field.getValue().deepCopy()));
                return target;
            }
            case "delete" -> {
                return target.removeAll();
            }
            default -> {
                // merge, which is what no directive says too
            }
        }
        if (patch.has(RETAIN)) {
            target.retain(Json.elements(patch.path(RETAIN)).map(JsonNode::asText).toList());
        }
        for (var field : patch.properties()) {
            mergeField(target, field.getKey(), field.getValue(), shape);
        }
        // last, since it names items that the patch brings too
        patch.properties().stream().filter(field -> field.getKey().startsWith(ORDER)).forEach(field -> {
            var name = field.getKey().substring(ORDER.length());
            order(target.path(name), field.getValue(), shape.field(name));
        });
        return target;
    }

    private static void mergeField(ObjectNode target, String name, JsonNode value, Shape shape) {
        if (name.equals(DIRECTIVE) || name.equals(RETAIN) || name.startsWith(ORDER)) {
            return;
        }
        if (name.startsWith(DELETE_PLAIN)) {
            if (target.get(name.substring(DELETE_PLAIN.length())) instanceof ArrayNode list) {
                list.removeIf(item -> Json.elements(value).anyMatch(item::equals));
            }
        } else if (value.isNull()) {
            target.remove(name);
        } else if (value.isObject()) {
            target.set(name, merge(target.get(name) instanceof ObjectNode child ? child : Json.object(), value, shape.field(name)));
        } else if (value instanceof ArrayNode items && !shape.field(name).mergeKey().isEmpty()) {
            target.set(name, mergeItems(target.get(name) instanceof ArrayNode list ? list : Json.array(), items, shape.field(name)));
        } else if (value instanceof ArrayNode items && shape.field(name).isSet()) {
            var list = target.get(name) instanceof ArrayNode present ? present : target.putArray(name);
            items.forEach(item -> {
                if (Json.elements(list).noneMatch(item::equals)) {
                    list.add(item);
                }
            });
        } else {
            target.set(name, value.deepCopy());
        }
    }

    private static ArrayNode mergeItems(ArrayNode target, ArrayNode patch, Shape shape) {
        var key = shape.mergeKey();
        if (Json.elements(patch).anyMatch(item -> item.size() == 1 && Json.text(item, DIRECTIVE).equals("replace"))) {
            target.removeAll();
        }
        for (var item : patch) {
            var directive = Json.text(item, DIRECTIVE);
            var value = item.path(key);
            if (value.isMissingNode()) {
                if (!directive.equals("replace")) {
                    throw ApiException.badRequest("map: " + item + " does not contain declared merge key: " + key);
                }
                continue;
            }
            if (directive.equals("delete")) {
                target.removeIf(present -> present.path(key).equals(value));
                continue;
            }
            var present = Json.elements(target).filter(candidate -> candidate.path(key).equals(value)).findFirst();
            if (present.isPresent() && present.get() instanceof ObjectNode object) {
                merge(object, item, shape.items());
            } else {
                target.add(merge(Json.object(), item, shape.items()));
            }
        }
        return target;
    }

    /** What the order names comes in that order; what it does not name keeps its place behind the item that it stood behind. */
    private static void order(JsonNode list, JsonNode order, Shape shape) {
        if (!(list instanceof ArrayNode items)) {
            return;
        }
        var key = shape.mergeKey();
        var wanted = Json.elements(order).map(item -> item.isObject() ? item.path(key) : item).toList();
        var named = new ArrayList<JsonNode>();
        for (var value : wanted) {
            Json.elements(items).filter(item -> identity(item, key).equals(value)).findFirst().ifPresent(named::add);
        }
        var places = new HashSet<>(wanted);
        var next = named.iterator();
        List<JsonNode> result = new ArrayList<>();
        items.forEach(item -> result.add(places.contains(identity(item, key)) && next.hasNext() ? next.next() : item));
        items.removeAll();
        items.addAll(result);
    }

    private static JsonNode identity(JsonNode item, String key) {
        return item.isObject() ? item.path(key) : item;
    }
}
