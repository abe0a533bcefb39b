package io.roadstead.testkit.kubernetes;

import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One version of a resource that is served.
 *
 * @param storageVersion the version that objects are kept in; only {@code apiVersion} differs between versions
 * @param hasStatus whether {@code /status} is a subresource
 * @param hasGeneration whether {@code metadata.generation} counts changes of what is wanted
 * @param schema structural schema ({@code openAPIV3Schema}) of a custom resource; null for built-in kinds, which are taken as they come
 * @param definition uid of the definition that brought a custom resource; empty for built-in kinds
 */
record Kind(ResourceType resource, String version, String storageVersion, String kind, String singular, List<String> shortNames,
        boolean namespaced, boolean hasStatus, boolean hasGeneration, @Nullable JsonNode schema, String definition) {

    Kind {
        shortNames = List.copyOf(shortNames);
    }

    static Kind builtIn(String group, String version, String kind, String plural, boolean namespaced, boolean hasStatus,
            String... shortNames) {
        return new Kind(new ResourceType(group, plural), version, version, kind, kind.toLowerCase(Locale.ROOT),
                List.of(shortNames), namespaced, hasStatus, group.equals("discovery.k8s.io") || group.equals("apiextensions.k8s.io"), null,
                "");
    }

    String group() {
        return resource.group();
    }

    /** Where its objects are kept: both groups of events share one place. */
    ResourceType storedIn() {
        return group().equals("events.k8s.io") ? Kinds.EVENTS : resource;
    }

    boolean isCustom() {
        return !definition.isEmpty();
    }

    String apiVersion() {
        return apiVersion(version);
    }

    String storedApiVersion() {
        return apiVersion(storageVersion);
    }

    Shape shape() {
        return schema == null ? Shape.builtIn(kind) : Shape.of(schema);
    }

    private String apiVersion(String ofVersion) {
        return group().isEmpty() ? ofVersion : group() + "/" + ofVersion;
    }
}
