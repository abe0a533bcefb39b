package io.roadstead.plugin.kubernetes.read;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** What of an object nobody here reads, and is large or changes often: left out while its text is read. A node of a tree of field names. */
final class Trim {
    /** Left out whole. */
    static final Trim DROP = new Trim();
    /** Nothing below is left out. */
    static final Trim NOTHING = new Trim();

    private static final Trim EVERY_KIND = of(List.of("metadata", "managedFields"),
            List.of("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
            List.of("metadata", "annotations", "endpoints.kubernetes.io/last-change-trigger-time"));
    private static final Trim NODES = EVERY_KIND.and(List.of("status", "images"), List.of("status", "conditions"),
            List.of("status", "volumesInUse"), List.of("status", "volumesAttached"));
    private static final Trim PODS =
            EVERY_KIND.and(List.of("spec", "containers"), List.of("spec", "initContainers"), List.of("spec", "volumes"),
                    List.of("status", "containerStatuses"), List.of("status", "initContainerStatuses"));
    private static final Trim SECRETS = EVERY_KIND.andOnly("data", "password").andOnly("stringData", "password");

    private final Map<String, Trim> fields = new HashMap<>();
    private @Nullable String only;

    private Trim() {
    }

    /** For objects of that kind. */
    static Trim of(Kind kind) {
        return switch (kind) {
            case NODE -> NODES;
            case POD -> PODS;
            case SECRET -> SECRETS;
            default -> EVERY_KIND;
        };
    }

    /** For the value of a field. */
    Trim at(String field) {
        if (only != null) {
            return field.equals(only) ? NOTHING : DROP;
        }
        return fields.getOrDefault(field, NOTHING);
    }

    @SafeVarargs
    private static Trim of(List<String>... paths) {
        return new Trim().and(paths);
    }

    @SafeVarargs
    private Trim and(List<String>... paths) {
        Trim copy = copy();
        for (List<String> path : paths) {
            Trim at = copy;
            for (String field : path.subList(0, path.size() - 1)) {
                at = at.fields.computeIfAbsent(field, name -> new Trim());
            }
            at.fields.put(path.getLast(), DROP);
        }
        return copy;
    }

    private Trim andOnly(String field, String kept) {
        Trim copy = copy();
        Trim below = new Trim();
        below.only = kept;
        copy.fields.put(field, below);
        return copy;
    }

    private Trim copy() {
        Trim copy = new Trim();
        fields.forEach((name, trim) -> copy.fields.put(name, trim.equals(DROP) ? DROP : trim.copy()));
        copy.only = only;
        return copy;
    }
}
