package io.roadstead.deployment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What {@code kubectl apply -k} makes of a directory, for the fields of Kustomize that the project uses; any other fails, so that nothing is passed over. Checked
 * against kubectl itself where that is at hand.
 */
final class Kustomization {

    private static final Set<String> FIELDS = Set.of("apiVersion", "kind", "resources", "components", "generatorOptions",
            "configMapGenerator", "patches");

    private final List<ObjectNode> objects = new ArrayList<>();
    private final Set<Path> files = new LinkedHashSet<>();

    private Kustomization() {
    }

    /** Of a directory, and of components that are put upon it. */
    static Kustomization of(Path directory, Path... components) {
        var kustomization = new Kustomization();
        kustomization.add(directory);
        for (var component : components) {
            kustomization.add(component);
        }
        return kustomization;
    }

    /** All objects, patched. */
    List<ObjectNode> objects() {
        return List.copyOf(objects);
    }

    /** Every file that was used. */
    Set<Path> files() {
        return Set.copyOf(files);
    }

    /** The object; fails where there is none, or are several. */
    ObjectNode object(String kind, String name) {
        var found = objects.stream().filter(each -> is(each, kind, name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects are " + kind + " " + name);
        }
        return found.getFirst();
    }

    private static boolean is(JsonNode object, String kind, String name) {
        return object.path("kind").asText().equals(kind) && object.path("metadata").path("name").asText().equals(name);
    }

    private void add(Path directory) {
        var file = use(directory.resolve("kustomization.yaml"));
        var spec = Project.objects(file).getFirst();
        spec.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw new AssertionError(file + ": field " + field + " is not known here");
            }
        });
        spec.path("resources").forEach(resource -> {
            var path = directory.resolve(resource.asText()).normalize();
            if (Files.isDirectory(path)) {
                add(path);
            } else {
                Project.objects(use(path)).forEach(this::add);
            }
        });
        spec.path("components").forEach(component -> add(directory.resolve(component.asText()).normalize()));
        spec.path("configMapGenerator").forEach(generator -> generate(directory, generator));
        spec.path("patches").forEach(patch -> patch(directory, patch));
    }

    private void add(ObjectNode object) {
        var kind = object.path("kind").asText();
        var metadata = object.path("metadata");
        if (objects.stream().anyMatch(each -> is(each, kind, metadata.path("name").asText()) && each.path("metadata").path("namespace")
                .equals(metadata.path("namespace")))) {
            throw new AssertionError(kind + " " + metadata.path("name") + " stands twice");
        }
        objects.add(object);
    }

    private void generate(Path directory, JsonNode generator) {
        var name = generator.path("name").asText();
        var data = JsonNodeFactory.instance.objectNode();
        generator.path("files").forEach(file -> data.put(file.asText(), Project.text(use(directory.resolve(file.asText())))));
        if (generator.path("behavior").asText().equals("merge")) {
            ((ObjectNode) object("ConfigMap", name).path("data")).setAll(data);
            return;
        }
        var object = JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name).put("namespace", generator.path("namespace").asText());
        object.set("data", data);
        add(object);
    }

    private void patch(Path directory, JsonNode patch) {
        var operations = JsonNodeFactory.instance.arrayNode();
        Project.list(use(directory.resolve(patch.path("path").asText()))).forEach(operations::add);
        var target = patch.path("target");
        JsonPatch.apply(operations, object(target.path("kind").asText(), target.path("name").asText()));
    }

    private Path use(Path file) {
        files.add(file.normalize());
        return file;
    }
}
