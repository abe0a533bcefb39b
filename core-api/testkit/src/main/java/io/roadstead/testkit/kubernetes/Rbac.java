package io.roadstead.testkit.kubernetes;

import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

/** The authorizer: nothing is allowed but what the stored roles and bindings allow. */
final class Rbac {

    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final Store store;

    Rbac(Store store) {
        this.store = store;
    }

    /** Throws 403 unless the user may. What is no resource, as discovery, is open to everyone. */
    void authorize(User user, ApiRequest request) {
        boolean allowed = request.resource().isEmpty() || user.groups().contains(User.UNRESTRICTED)
                || store.locked(() -> rules(user, request.namespace()).anyMatch(rule -> matches(rule, request)));
        if (!allowed) {
            throw denied(user, request);
        }
    }

    private Stream<JsonNode> rules(User user, String namespace) {
        var everywhere = list("clusterrolebindings", "").filter(binding -> binds(binding, user, ""))
                .flatMap(binding -> role(binding.path("roleRef"), "").stream());
        if (namespace.isEmpty()) {
            return everywhere.flatMap(Rbac::rulesOf);
        }
        var here = list("rolebindings", namespace).filter(binding -> binds(binding, user, namespace))
                .flatMap(binding -> role(binding.path("roleRef"), namespace).stream());
        return Stream.concat(everywhere, here).flatMap(Rbac::rulesOf);
    }

    private static Stream<JsonNode> rulesOf(JsonNode role) {
        return Json.elements(role.path("rules"));
    }

    private Stream<? extends JsonNode> list(String plural, String namespace) {
        return store.list(new ResourceType(Kinds.RBAC, plural), namespace).stream();
    }

    /** A role that is not there allows nothing. */
    private Optional<? extends JsonNode> role(JsonNode reference, String namespace) {
        boolean ofNamespace = Json.text(reference, "kind").equals("Role");
        return store.get(new ResourceType(Kinds.RBAC, ofNamespace ? "roles" : "clusterroles"),
                new ObjectKey(ofNamespace ? namespace : "", Json.text(reference, "name")));
    }

    private static boolean binds(JsonNode binding, User user, String namespace) {
        return Json.elements(binding.path("subjects")).anyMatch(subject -> {
            var name = Json.text(subject, "name");
            return switch (Json.text(subject, "kind")) {
                case "User" -> user.name().equals(name);
                case "Group" -> user.groups().contains(name);
                case "ServiceAccount" -> {
                    var own = Json.text(subject, "namespace");
                    yield user.name().equals(SERVICE_ACCOUNT + (own.isEmpty() ? namespace : own) + ":" + name);
                }
                default -> false;
            };
        });
    }

    private static boolean matches(JsonNode rule, ApiRequest request) {
        var resource = request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
        boolean named = rule.path("resourceNames").isEmpty() || has(rule, "resourceNames", nameOf(request));
        return named && (has(rule, "verbs", request.verb()) || has(rule, "verbs", "*"))
                && (has(rule, "apiGroups", request.group()) || has(rule, "apiGroups", "*"))
                && (has(rule, "resources", resource) || has(rule, "resources", "*")
                        || !request.subresource().isEmpty() && has(rule, "resources", "*/" + request.subresource()));
    }

    /** A list or watch of one name is one of that object. */
    private static String nameOf(ApiRequest request) {
        var selector = request.query().getOrDefault("fieldSelector", "");
        return request.name().isEmpty() && selector.startsWith("metadata.name=") && !selector.contains(",")
                ? selector.substring("metadata.name=".length())
                : request.name();
    }

    private static boolean has(JsonNode rule, String field, String value) {
        return Json.elements(rule.path(field)).anyMatch(entry -> entry.asText().equals(value));
    }

    static ApiException denied(User user, ApiRequest request) {
        var resource = request.group().isEmpty() ? request.resource() : request.resource() + "." + request.group();
        var what = request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
        return new ApiException(403, "Forbidden", resource + (request.name().isEmpty() ? "" : " \"" + request.name() + "\"")
                + " is forbidden: User \"" + user.name() + "\" cannot " + request.verb() + " resource \"" + what + "\" in API group \""
                + request.group() + "\" "
                + (request.namespace().isEmpty() ? "at the cluster scope" : "in the namespace \"" + request.namespace() + "\""));
    }
}
