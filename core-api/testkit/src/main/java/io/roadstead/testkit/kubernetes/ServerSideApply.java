package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.roadstead.testkit.kubernetes.ManagedFields.Manager;

/** Server-side apply: a manager says all that it wants, and owns that. */
final class ServerSideApply {

    private ServerSideApply() {
    }

    /**
     * The live object with the configuration applied, and with its managed fields.
     *
     * @param live an empty object when there is none yet; stays as it is
     * @param force whether fields that others own with another value are taken from them, instead of a refusal with 409
     */
    static ObjectNode apply(ObjectNode live, ObjectNode config, Kind kind, Manager manager, boolean force, String now) {
        var shape = kind.shape();
        var managed = ManagedFields.of(live);
        var wanted = FieldPaths.of(config, shape);
        var merged = merge(live.deepCopy(), config, shape);
        var taken = new LinkedHashSet<List<String>>();
        var conflicts = new ArrayList<Conflict>();
        for (var path : wanted) {
            boolean item = path.getLast().startsWith("k:");
            if (!item && !FieldPaths.find(live, path).equals(FieldPaths.find(merged, path))) {
                managed.othersWith(path, manager).forEach(other -> conflicts.add(new Conflict(other, path)));
                taken.add(path);
            }
        }
        if (!conflicts.isEmpty() && !force) {
            throw refusal(conflicts, kind);
        }
        managed.takeFromOthers(taken, manager);
        for (var path : managed.owned(manager)) {
            // those of an item go with it, unless someone else still owns a part of it
            if (!wanted.contains(path) && !managed.anyOtherWithin(path, manager)
                    && wanted.stream().noneMatch(kept -> FieldPaths.startsWith(kept, path)) && !isKey(path)) {
                FieldPaths.remove(merged, path);
            }
        }
        managed.set(manager, kind.apiVersion(), wanted, now);
        managed.write(merged);
        return merged;
    }

    private record Conflict(Manager manager, List<String> path) {
        String message(Kind kind) {
            return "conflict with \"" + manager.name() + "\""
                    + (manager.subresource().isEmpty() ? "" : " with subresource \"" + manager.subresource() + "\"")
                    + (manager.applies() ? "" : " using " + kind.apiVersion());
        }
    }

    private static ApiException refusal(List<Conflict> conflicts, Kind kind) {
        var details = Json.object();
        var causes = details.putArray("causes");
        conflicts.forEach(conflict -> causes.addObject().put("reason", "FieldManagerConflict").put("message", conflict.message(kind))
                .put("field", FieldPaths.shown(conflict.path)));
        var first = conflicts.getFirst();
        return new ApiException(409, "Conflict", "Apply failed with " + conflicts.size() + " conflict"
                + (conflicts.size() == 1 ? ": " : "s: ") + first.message(kind) + ": " + FieldPaths.shown(first.path), details);
    }

    /** The keys of an item stay as long as the item does. */
    private static boolean isKey(List<String> path) {
        if (path.size() < 2 || !path.get(path.size() - 2).startsWith("k:")) {
            return false;
        }
        return Json.yaml(path.get(path.size() - 2).substring(2)).getFirst().has(path.getLast().substring(2));
    }

    private static ObjectNode merge(ObjectNode target, JsonNode config, Shape shape) {
        for (var field : config.properties()) {
            var name = field.getKey();
            var value = field.getValue();
            var child = shape.field(name);
            if (value.isObject() && !child.isAtomicMap()) {
                target.set(name, merge(target.get(name) instanceof ObjectNode present ? present : Json.object(), value, child));
            } else if (value instanceof ArrayNode items && !child.keys().isEmpty()) {
                target.set(name, mergeItems(target.get(name) instanceof ArrayNode present ? present : Json.array(), items, child));
            } else if (value.isArray() && child.isSet()) {
                var list = target.get(name) instanceof ArrayNode present ? present : target.putArray(name);
                Json.elements(value).filter(item -> Json.elements(list).noneMatch(item::equals)).forEach(list::add);
            } else {
                target.set(name, value.deepCopy());
            }
        }
        return target;
    }

    private static ArrayNode mergeItems(ArrayNode target, ArrayNode items, Shape shape) {
        for (var item : items) {
            var key = FieldPaths.key(item, shape.keys());
            var present = Json.elements(target).filter(candidate -> FieldPaths.key(candidate, shape.keys()).equals(key)).findFirst();
            if (present.isPresent() && present.get() instanceof ObjectNode object) {
                merge(object, item, shape.items());
            } else {
                target.add(item.deepCopy());
            }
        }
        return target;
    }
}
