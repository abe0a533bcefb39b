package io.roadstead.testkit.kubernetes;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a client asked for, as logs, faults and RBAC see it.
 *
 * @param verb as RBAC names it: get, list, watch, create, update, patch, delete or deletecollection; the method in lower case for what is no resource
 * @param user empty when nobody was recognised
 * @param contentType media type of the body; tells the kinds of patches apart
 * @param group API group; empty for the core group and for what is no resource
 * @param version API version; empty for what is no resource
 * @param resource plural, like {@code services}; empty for what is no resource, as discovery is none
 * @param namespace empty for all, or none
 * @param name empty for collections
 * @param subresource {@code status}, or empty
 */
public record ApiRequest(String method, String path, Map<String, String> query, String user, String contentType, String verb, String group,
        String version, String resource, String namespace, String name, String subresource) {

    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    public ApiRequest {
        query = Map.copyOf(query);
    }

    static ApiRequest of(HttpRequest request, String user) {
        var parts = Arrays.stream(request.path().split("/")).filter(part -> !part.isEmpty()).toList();
        return Path.of(parts)
                .map(path -> new ApiRequest(request.method(), request.path(), request.query(), user, request.contentType(),
                        verb(request, path.name), path.group, path.version, path.resource, path.namespace, path.name, path.subresource))
                .orElseGet(() -> new ApiRequest(request.method(), request.path(), request.query(), user, request.contentType(),
                        request.method().toLowerCase(Locale.ROOT), "", "", "", "", "", ""));
    }

    /** {@code services/status}, or {@code services}, with its group behind it: what RBAC's rules name. */
    public String qualifiedResource() {
        var plain = group.isEmpty() ? resource : resource + "." + group;
        return subresource.isEmpty() ? plain : plain + "/" + subresource;
    }

    /** Whether it asks for a change of a resource. */
    public boolean isWrite() {
        return !resource.isEmpty() && WRITES.contains(verb);
    }

    @Override
    public String toString() {
        var parameters = query.entrySet().stream().map(parameter -> parameter.getKey() + "=" + parameter.getValue()).sorted()
                .collect(Collectors.joining("&"));
        return verb + " " + path + (parameters.isEmpty() ? "" : "?" + parameters) + (contentType.isEmpty() ? "" : " (" + contentType + ")");
    }

    private static String verb(HttpRequest request, String name) {
        return switch (request.method()) {
            case "GET", "HEAD" -> request.flag("watch") ? "watch" : name.isEmpty() ? "list" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> request.method().toLowerCase(Locale.ROOT);
        };
    }

    private record Path(String group, String version, String resource, String namespace, String name, String subresource) {

        /** Empty for what is not below a version of a group. */
        static Optional<Path> of(List<String> parts) {
            if (parts.size() >= 3 && parts.get(0).equals("api")) {
                return Optional.of(of("", parts.get(1), parts.subList(2, parts.size())));
            }
            if (parts.size() >= 4 && parts.get(0).equals("apis")) {
                return Optional.of(of(parts.get(1), parts.get(2), parts.subList(3, parts.size())));
            }
            return Optional.empty();
        }

        private static Path of(String group, String version, List<String> rest) {
            boolean within = rest.get(0).equals("namespaces") && rest.size() > 2 && !Set.of("status", "finalize").contains(rest.get(2));
            var own = within ? rest.subList(2, rest.size()) : rest;
            return new Path(group, version, own.get(0), within ? rest.get(1) : "", own.size() > 1 ? own.get(1) : "",
                    own.size() > 2 ? String.join("/", own.subList(2, own.size())) : "");
        }
    }
}
