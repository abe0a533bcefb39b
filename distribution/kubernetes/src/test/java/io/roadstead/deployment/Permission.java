package io.roadstead.deployment;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import io.roadstead.testkit.kubernetes.ApiRequest;

/**
 * One thing that may be done.
 *
 * @param resource with its group behind it, and the subresource: {@code ciliumbgpnodeconfigs.cilium.io/status}
 */
record Permission(String verb, String resource) implements Comparable<Permission> {

    static Permission of(ApiRequest request) {
        return new Permission(request.verb(), request.qualifiedResource());
    }

    /** Everything that the bindings of a deployment allow a service account, wherever. */
    static Set<Permission> of(Kustomization deployment, String account) {
        return deployment.objects().stream().filter(object -> object.path("kind").asText().endsWith("RoleBinding"))
                .filter(binding -> binding.path("subjects").findValuesAsText("name").contains(account))
                .map(binding -> deployment.object(binding.at("/roleRef/kind").asText(), binding.at("/roleRef/name").asText()))
                .flatMap(role -> role.path("rules").valueStream()).flatMap(Permission::ofRule)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Permission> ofRule(JsonNode rule) {
        return rule.path("verbs").valueStream()
                .flatMap(verb -> rule.path("apiGroups").valueStream().flatMap(group -> rule.path("resources").valueStream()
                        .map(resource -> new Permission(verb.asText(), qualified(resource.asText(), group.asText())))));
    }

    private static String qualified(String resource, String group) {
        int slash = resource.indexOf('/');
        var plain = slash < 0 ? resource : resource.substring(0, slash);
        return (group.isEmpty() ? plain : plain + "." + group) + (slash < 0 ? "" : resource.substring(slash));
    }

    @Override
    public int compareTo(Permission other) {
        int byResource = resource.compareTo(other.resource);
        return byResource != 0 ? byResource : verb.compareTo(other.verb);
    }

    @Override
    public String toString() {
        return verb + " " + resource;
    }
}
