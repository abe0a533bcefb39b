package io.roadstead.testkit.kubernetes;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The objects as a test sees and writes them: without HTTP, but by the same rules. Resources are named as RBAC names them: {@code services},
 * {@code endpointslices.discovery.k8s.io}. A namespace is empty for what lies in none. Safe for any thread.
 */
public final class ApiObjects {

    private static final WriteOptions OPTIONS = WriteOptions.of("test");

    private final Store store;
    private final Kinds kinds;
    private final Registry registry;

    ApiObjects(Store store, Kinds kinds, Registry registry) {
        this.store = store;
        this.kinds = kinds;
        this.registry = registry;
    }

    /** Puts each object of the manifests in place of the one of its name, with the status that it has there. What names no namespace goes into the default one. */
    public void apply(String manifests) {
        Json.yaml(manifests).forEach(this::apply);
    }

    /** The same for one object, which is not kept. */
    public void apply(JsonNode manifest) {
        if (Json.text(manifest, "kind").equals("List")) {
            manifest.path("items").forEach(this::apply);
            return;
        }
        ObjectNode object = manifest.deepCopy();
        var kind = store.locked(() -> kinds.ofObject(object)).orElseThrow(() -> new IllegalArgumentException(
                "no kind " + Json.text(object, "kind") + " in " + Json.text(object, "apiVersion") + "; apply its definition first"));
        var metadata = Json.child(object, "metadata");
        if (kind.namespaced() && Json.text(metadata, "namespace").isEmpty()) {
            metadata.put("namespace", "default");
        }
        var key = ObjectKey.of(object);
        if (store.locked(() -> store.get(kind.storedIn(), key)).isPresent()) {
            registry.update(kind, key, "", before -> {
                var after = object.deepCopy();
                Json.child(after, "metadata").remove("resourceVersion");
                return after;
            }, false, OPTIONS);
        } else {
            registry.create(kind, key.namespace(), object, OPTIONS);
        }
        if (kind.hasStatus() && object.has("status")) {
            registry.update(kind, key, "status", before -> {
                before.set("status", object.get("status").deepCopy());
                return before;
            }, false, OPTIONS);
        }
    }

    /** Throws {@link NoSuchElementException} when it is not there. */
    public JsonNode get(String resource, String namespace, String name) {
        return find(resource, namespace, name)
                .orElseThrow(() -> new NoSuchElementException("no " + resource + " " + namespace + "/" + name));
    }

    public Optional<JsonNode> find(String resource, String namespace, String name) {
        return store.locked(() -> store.get(ResourceType.of(resource), new ObjectKey(namespace, name))).map(JsonNode::deepCopy);
    }

    /** Of all namespaces, in the order of their names. */
    public List<JsonNode> list(String resource) {
        return store.locked(() -> store.list(ResourceType.of(resource), "")).stream().<JsonNode>map(JsonNode::deepCopy).toList();
    }

    /** Merges a patch, written in YAML, into an object; its status stays. */
    public void merge(String resource, String namespace, String name, String patch) {
        merge(resource, namespace, name, "", patch);
    }

    /** Merges a patch, written in YAML and beginning with {@code status:}, into the status of an object. */
    public void mergeStatus(String resource, String namespace, String name, String patch) {
        merge(resource, namespace, name, "status", patch);
    }

    /** Asks for the object to go; with finalizers it stays, marked. */
    public void delete(String resource, String namespace, String name) {
        registry.delete(kind(resource), new ObjectKey(namespace, name), MissingNode.getInstance(), OPTIONS);
    }

    private void merge(String resource, String namespace, String name, String subresource, String patch) {
        var tree = Json.yaml(patch).getFirst();
        registry.update(kind(resource), new ObjectKey(namespace, name), subresource, before -> (ObjectNode) Patches.merge(before, tree),
                false,
                OPTIONS);
    }

    private Kind kind(String resource) {
        return store.locked(() -> kinds.stored(ResourceType.of(resource)));
    }
}
