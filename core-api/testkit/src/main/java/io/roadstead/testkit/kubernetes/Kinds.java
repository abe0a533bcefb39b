package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

/** The kinds that are served: built-in ones, and those of the definitions in the store. Guarded by the store's lock. */
final class Kinds {

    static final ResourceType NAMESPACES = new ResourceType("", "namespaces");
    static final ResourceType SERVICES = new ResourceType("", "services");
    static final ResourceType EVENTS = new ResourceType("", "events");
    static final ResourceType DEFINITIONS = new ResourceType("apiextensions.k8s.io", "customresourcedefinitions");
    static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");
    static final String RBAC = "rbac.authorization.k8s.io";

    private static final List<Kind> BUILT_IN = List.of(
            Kind.builtIn("", "v1", "Namespace", "namespaces", false, true, "ns"),
            Kind.builtIn("", "v1", "Node", "nodes", false, true, "no"),
            Kind.builtIn("", "v1", "Service", "services", true, true, "svc"),
            Kind.builtIn("", "v1", "Pod", "pods", true, true, "po"),
            Kind.builtIn("", "v1", "Secret", "secrets", true, false),
            Kind.builtIn("", "v1", "ConfigMap", "configmaps", true, false, "cm"),
            Kind.builtIn("", "v1", "Event", "events", true, false, "ev"),
            Kind.builtIn("", "v1", "ServiceAccount", "serviceaccounts", true, false, "sa"),
            Kind.builtIn("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true, false),
            Kind.builtIn("coordination.k8s.io", "v1", "Lease", "leases", true, false),
            Kind.builtIn("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false, true, "crd", "crds"),
            Kind.builtIn("apps", "v1", "DaemonSet", "daemonsets", true, true, "ds"),
            Kind.builtIn("apps", "v1", "Deployment", "deployments", true, true, "deploy"),
            Kind.builtIn(RBAC, "v1", "Role", "roles", true, false),
            Kind.builtIn(RBAC, "v1", "RoleBinding", "rolebindings", true, false),
            Kind.builtIn(RBAC, "v1", "ClusterRole", "clusterroles", false, false),
            Kind.builtIn(RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", false, false));

    /** Another spelling of core events, kept with them; see {@link EventSpelling}. */
    private static final Kind NEW_EVENTS = new Kind(new ResourceType("events.k8s.io", "events"), "v1", "v1", "Event", "event",
            List.of("ev"), true, false, false, null, "");

    private final Map<ResourceType, List<Kind>> custom = new LinkedHashMap<>();

    /** The kind that a path names; empty when nothing serves it. */
    Optional<Kind> find(String group, String version, String plural) {
        return all().stream()
                .filter(kind -> kind.group().equals(group) && kind.version().equals(version) && kind.resource().plural().equals(plural))
                .findFirst();
    }

    /** The kind that a manifest names; empty when nothing serves it. */
    Optional<Kind> ofObject(JsonNode object) {
        var apiVersion = Json.text(object, "apiVersion");
        return all().stream().filter(kind -> kind.apiVersion().equals(apiVersion) && kind.kind().equals(Json.text(object, "kind")))
                .findFirst();
    }

    /** The version that objects of the resource are kept in; throws {@link ApiException} when it is not served. */
    Kind stored(ResourceType resource) {
        return all().stream().filter(kind -> kind.resource().equals(resource))
                .min((a, b) -> Boolean.compare(!a.version().equals(a.storageVersion()), !b.version().equals(b.storageVersion())))
                .orElseThrow(ApiException::noSuchPath);
    }

    /** Every kind and version. */
    List<Kind> all() {
        var all = new ArrayList<>(BUILT_IN);
        all.add(NEW_EVENTS);
        custom.values().forEach(all::addAll);
        return all;
    }

    /** Serves what the definition says, instead of what an earlier version of it said. */
    void define(JsonNode definition) {
        var resource = resourceOf(definition);
        var spec = definition.path("spec");
        var names = spec.path("names");
        var versions = Json.elements(spec.path("versions")).toList();
        var storage = versions.stream().filter(version -> version.path("storage").asBoolean()).findFirst()
                .map(version -> Json.text(version, "name")).orElse("");
        custom.put(resource, versions.stream().filter(version -> version.path("served").asBoolean())
                .map(version -> new Kind(resource, Json.text(version, "name"), storage, Json.text(names, "kind"), singular(names),
                        Json.elements(names.path("shortNames")).map(JsonNode::asText).toList(),
                        Json.text(spec, "scope").equals("Namespaced"), version.path("subresources").has("status"), true,
                        version.path("schema").path("openAPIV3Schema"), definition.path("metadata").path("uid").asText()))
                .toList());
    }

    /** Serves the definition's resource no longer. */
    void undefine(JsonNode definition) {
        custom.remove(resourceOf(definition));
    }

    static ResourceType resourceOf(JsonNode definition) {
        var spec = definition.path("spec");
        return new ResourceType(Json.text(spec, "group"), Json.text(spec.path("names"), "plural"));
    }

    /** Groups beside the core group, with their versions in the order of preference. */
    Map<String, Set<String>> groups() {
        return all().stream().filter(kind -> !kind.group().isEmpty()).sorted((a, b) -> b.version().length() < a.version().length() ? 1 : -1)
                .collect(Collectors.groupingBy(Kind::group, LinkedHashMap::new,
                        Collectors.mapping(Kind::version, Collectors.toCollection(LinkedHashSet::new))));
    }

    private static String singular(JsonNode names) {
        var singular = Json.text(names, "singular");
        return singular.isEmpty() ? Json.text(names, "kind").toLowerCase(Locale.ROOT) : singular;
    }
}
