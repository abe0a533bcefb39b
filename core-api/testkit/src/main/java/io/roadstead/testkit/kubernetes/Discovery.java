package io.roadstead.testkit.kubernetes;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What is served, as clients find it out. */
final class Discovery {

    private static final List<String> VERBS = List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final Kinds kinds;

    Discovery(Kinds kinds) {
        this.kinds = kinds;
    }

    /** The document at a path; empty when there is none. */
    Optional<ObjectNode> at(String path) {
        var parts = Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        return switch (parts.getFirst()) {
            case "version" -> Optional.of(version());
            case "api" -> switch (parts.size()) {
                case 1 -> Optional.of(coreVersions());
                case 2 -> resources("", parts.get(1));
                default -> Optional.empty();
            };
            case "apis" -> switch (parts.size()) {
                case 1 -> Optional.of(groups());
                case 2 -> Optional.ofNullable(kinds.groups().get(parts.get(1))).map(versions -> group(parts.get(1), versions)
                        .put("kind", "APIGroup").put("apiVersion", "v1"));
                case 3 -> resources(parts.get(1), parts.get(2));
                default -> Optional.empty();
            };
            default -> Optional.empty();
        };
    }

    private static ObjectNode version() {
        return Json.object().put("major", "1").put("minor", "33").put("gitVersion", "v1.33.0").put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "2025-04-23T00:00:00Z").put("goVersion", "").put("compiler", "").put("platform", "linux/amd64");
    }

    private static ObjectNode coreVersions() {
        var versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    private ObjectNode groups() {
        var list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        var groups = list.putArray("groups");
        kinds.groups().forEach((name, versions) -> groups.add(group(name, versions)));
        return list;
    }

    private static ObjectNode group(String name, Set<String> versions) {
        var group = Json.object().put("name", name);
        var list = group.putArray("versions");
        versions.forEach(version -> list.addObject().put("groupVersion", name + "/" + version).put("version", version));
        group.set("preferredVersion", list.get(0).deepCopy());
        return group;
    }

    private Optional<ObjectNode> resources(String group, String version) {
        var served = kinds.all().stream().filter(kind -> kind.group().equals(group) && kind.version().equals(version)).toList();
        if (served.isEmpty()) {
            return Optional.empty();
        }
        var list = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion",
                group.isEmpty() ? version : group + "/" + version);
        var resources = list.putArray("resources");
        for (var kind : served) {
            var resource = resources.addObject().put("name", kind.resource().plural()).put("singularName", kind.singular())
                    .put("namespaced", kind.namespaced()).put("kind", kind.kind());
            var verbs = resource.putArray("verbs");
            VERBS.forEach(verbs::add);
            if (!kind.shortNames().isEmpty()) {
                var shortNames = resource.putArray("shortNames");
                kind.shortNames().forEach(shortNames::add);
            }
            if (kind.hasStatus()) {
                resources.addObject().put("name", kind.resource().plural() + "/status").put("singularName", "")
                        .put("namespaced", kind.namespaced()).put("kind", kind.kind()).putArray("verbs").add("get").add("patch")
                        .add("update");
            }
        }
        return Optional.of(list);
    }
}
