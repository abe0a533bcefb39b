package io.roadstead.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** The directories that people apply, and what they are put together of. */
final class Overlays {

    private Overlays() {
    }

    static Stream<Path> all() {
        return directories("overlays").stream();
    }

    static Path named(String name) {
        return Project.kubernetes().resolve("overlays").resolve(name);
    }

    static List<Path> components() {
        return directories("components");
    }

    static Path component(String name) {
        return Project.kubernetes().resolve("components").resolve(name);
    }

    /** The base with one component, as an overlay of a site's own would have it. */
    static Kustomization withComponent(Path component) {
        return Kustomization.of(Project.kubernetes().resolve("base"), component);
    }

    /** Files of the agents' ConfigMap, by name. */
    static Map<String, String> configuration(String overlay) {
        var map = Kustomization.of(named(overlay)).object("ConfigMap", "roadstead");
        return StrictModels.read(map, ConfigMap.class).getData();
    }

    /** Files of a ConfigMap, by name. */
    static Map<String, String> configuration(List<HasMetadata> objects, String namespace, String name) {
        return objects.stream().filter(ConfigMap.class::isInstance).map(ConfigMap.class::cast)
                .filter(map -> map.getMetadata().getNamespace().equals(namespace) && map.getMetadata().getName().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no ConfigMap " + namespace + "/" + name)).getData();
    }

    private static List<Path> directories(String name) {
        try (Stream<Path> children = Files.list(Project.kubernetes().resolve(name))) {
            return children.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
