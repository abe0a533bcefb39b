package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Who owns which fields of one object ({@code metadata.managedFields}). */
final class ManagedFields {

    /**
     * One entry.
     *
     * @param operation {@code Apply} or {@code Update}
     * @param subresource {@code status}, or empty
     */
    record Manager(String name, String operation, String subresource) implements Comparable<Manager> {
        @Override
        public int compareTo(Manager other) {
            return (name + '\0' + operation + '\0' + subresource)
                    .compareTo(other.name + '\0' + other.operation + '\0' + other.subresource);
        }

        boolean applies() {
            return operation.equals("Apply");
        }
    }

    private record Entry(String apiVersion, String time, Set<List<String>> paths) {
    }

    private final Map<Manager, Entry> entries = new TreeMap<>();

    /** Of an object; empty for a missing one. */
    static ManagedFields of(JsonNode object) {
        var managed = new ManagedFields();
        for (var entry : object.path("metadata").path("managedFields")) {
            managed.entries.put(
                    new Manager(Json.text(entry, "manager"), Json.text(entry, "operation"), Json.text(entry, "subresource")),
                    new Entry(Json.text(entry, "apiVersion"), Json.text(entry, "time"), FieldPaths.fromFields(entry.path("fieldsV1"))));
        }
        return managed;
    }

    Set<List<String>> owned(Manager manager) {
        var entry = entries.get(manager);
        return entry == null ? Set.of() : entry.paths;
    }

    /** Other managers that own the field or part of it. */
    List<Manager> othersWith(List<String> path, Manager self) {
        return entries.entrySet().stream().filter(entry -> !entry.getKey().equals(self))
                .filter(entry -> entry.getValue().paths.stream()
                        .anyMatch(owned -> owned.equals(path)))
                .map(Map.Entry::getKey).toList();
    }

    /** Whether someone else owns the field or something below it. */
    boolean anyOtherWithin(List<String> path, Manager self) {
        return entries.entrySet().stream().filter(entry -> !entry.getKey().equals(self))
                .anyMatch(entry -> entry.getValue().paths.stream().anyMatch(owned -> FieldPaths.startsWith(owned, path)));
    }

    /** Sets all that the manager owns; the time moves only when that changes something. */
    void set(Manager manager, String apiVersion, Set<List<String>> paths, String now) {
        var before = entries.get(manager);
        if (paths.isEmpty()) {
            entries.remove(manager);
        } else if (before == null || !before.paths.equals(paths) || !before.apiVersion.equals(apiVersion)) {
            entries.put(manager, new Entry(apiVersion, now, paths));
        }
    }

    /** Takes fields from everyone but one. */
    void takeFromOthers(Set<List<String>> taken, Manager self) {
        for (var manager : List.copyOf(entries.keySet())) {
            if (!manager.equals(self)) {
                var entry = entries.get(manager);
                if (entry != null && entry.paths.stream().anyMatch(taken::contains)) {
                    var left = new LinkedHashSet<>(entry.paths);
                    left.removeAll(taken);
                    set(manager, entry.apiVersion, left, entry.time);
                }
            }
        }
    }

    /** What a write that is no apply changed: the fields are its writer's from now on, and those that went are nobody's. */
    void changed(Manager manager, String apiVersion, JsonNode before, JsonNode after, Shape shape, String now) {
        var old = FieldPaths.of(before, shape);
        var fresh = FieldPaths.of(after, shape);
        var changed = new LinkedHashSet<List<String>>();
        for (var path : fresh) {
            if (!FieldPaths.find(before, path).equals(FieldPaths.find(after, path)) && !isItemOfBoth(path, old)) {
                changed.add(path);
            }
        }
        var gone = new LinkedHashSet<>(old);
        gone.removeAll(fresh);
        takeFromOthers(gone, new Manager("", "", ""));
        takeFromOthers(changed, manager);
        var own = new LinkedHashSet<>(owned(manager));
        own.addAll(changed);
        set(manager, apiVersion, own, now);
    }

    /** An item that was there before is no change by itself: its fields are. */
    private static boolean isItemOfBoth(List<String> path, Set<List<String>> old) {
        return path.getLast().startsWith("k:") && old.contains(path);
    }

    void write(ObjectNode object) {
        var metadata = Json.child(object, "metadata");
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
            return;
        }
        var list = metadata.putArray("managedFields");
        var order = new ArrayList<>(entries.entrySet());
        order.sort((a, b) -> Boolean.compare(b.getKey().applies(), a.getKey().applies()));
        for (var entry : order) {
            var manager = entry.getKey();
            var node = list.addObject().put("manager", manager.name).put("operation", manager.operation)
                    .put("apiVersion", entry.getValue().apiVersion).put("time", entry.getValue().time).put("fieldsType", "FieldsV1");
            node.set("fieldsV1", FieldPaths.toFields(entry.getValue().paths));
            if (!manager.subresource.isEmpty()) {
                node.put("subresource", manager.subresource);
            }
        }
    }
}
