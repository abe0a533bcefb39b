package io.roadstead.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.yaml.YamlText.Document;

/** An object of a document, or what stands where one should; knows its lines. Pure; any thread. */
public final class KubernetesObject {

    /** What is wrong with one that has no tree. */
    public static final String NOT_ONE = "is not a Kubernetes object";

    private final Document document;
    /** Path of the object in its document; empty for the document itself. */
    private final String at;
    private final @Nullable Map<String, ?> tree;

    private KubernetesObject(Document document, String at, @Nullable Map<String, ?> tree) {
        this.document = document;
        this.at = at;
        this.tree = tree;
    }

    /** The document's object, or those of its list: {@code kind: List} and {@code kind: ServiceList} are unfolded, one in another as well. */
    public static List<KubernetesObject> allOf(Document document) {
        List<KubernetesObject> objects = new ArrayList<>();
        if (document.tree() instanceof Map<?, ?> map) {
            add(objects, document, mapOf(map), "");
        } else {
            objects.add(new KubernetesObject(document, "", null));
        }
        return objects;
    }

    private static void add(List<KubernetesObject> objects, Document document, Map<String, ?> tree, String at) {
        if (tree.get("kind") instanceof String kind && kind.endsWith("List") && tree.get("items") instanceof List<?> elements) {
            String within = at.isEmpty() ? "" : at + ".";
            int index = 0;
            for (Object element : elements) {
                String place = within + "items[" + index++ + "]";
                if (element instanceof Map<?, ?> map) {
                    add(objects, document, element(mapOf(map), tree, kind), place);
                } else {
                    objects.add(new KubernetesObject(document, place, null));
                }
            }
            return;
        }
        objects.add(new KubernetesObject(document, at, tree));
    }

    /** The elements of a {@code ServiceList} may leave out what the list says for all of them. */
    private static Map<String, ?> element(Map<String, ?> element, Map<String, ?> list, String listKind) {
        String kind = listKind.substring(0, listKind.length() - "List".length());
        if (kind.isEmpty() || element.containsKey("kind")) {
            return element;
        }
        Map<String, @Nullable Object> typed = new LinkedHashMap<>(element);
        typed.put("kind", kind);
        typed.putIfAbsent("apiVersion", list.get("apiVersion"));
        return typed;
    }

    @SuppressWarnings("unchecked") // YamlText makes no other keys
    private static Map<String, ?> mapOf(Map<?, ?> tree) {
        return (Map<String, ?>) tree;
    }

    /** Null when it is not a map, hence no Kubernetes object. */
    public @Nullable Map<String, ?> tree() {
        return tree;
    }

    /** What helps one that has no tree; one clause. */
    public String remedy() {
        return at.isEmpty() ? "begin it with apiVersion, kind and metadata" : "remove it";
    }

    /** Where it begins; counted from zero, in the text that was read. */
    public int line() {
        return document.lineOf(at);
    }

    /** Line of a field of the object, as {@link Document#lineOf}. */
    public int lineOf(String field) {
        return document.lineOf(at.isEmpty() || field.isEmpty() ? at + field : at + "." + field);
    }
}
