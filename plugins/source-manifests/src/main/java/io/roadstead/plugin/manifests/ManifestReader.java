package io.roadstead.plugin.manifests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.api.source.ResourceDecoder.Fault;
import io.roadstead.api.source.ResourceDecoder.Result;
import io.roadstead.plugin.manifests.YamlText.Document;
import io.roadstead.plugin.manifests.YamlText.SyntaxException;

/** From text to objects: unfolds lists, and says for every fault on which line it is. Pure. */
final class ManifestReader {
    private final ResourceDecoder decoder;

    ManifestReader(ResourceDecoder decoder) {
        this.decoder = decoder;
    }

    /**
     * What a text came to.
     *
     * @param last of the text's last document; null when it has none
     */
    record Reading(List<Item> items, @Nullable Tail last) {
        Reading {
            items = List.copyOf(items);
        }
    }

    /**
     * What tells whether a document may be the first half of itself. Without the document's nodes, which take fifty times the room of its text.
     *
     * @param openEnded see {@link Document#openEnded}
     */
    record Tail(@Nullable Object tree, boolean openEnded) {
    }

    Reading read(String text) throws SyntaxException {
        List<Document> documents = YamlText.read(text);
        List<Item> items = new ArrayList<>();
        for (Document document : documents) {
            if (document.tree() instanceof Map<?, ?> tree) {
                add(items, document, mapOf(tree), "");
            } else {
                items.add(refused(document, "", "", "is not a Kubernetes object", "begin it with apiVersion, kind and metadata"));
            }
        }
        return new Reading(items, documents.isEmpty() ? null : new Tail(documents.getLast().tree(), documents.getLast().openEnded()));
    }

    private void add(List<Item> items, Document document, Map<String, ?> tree, String at) {
        if (tree.get("kind") instanceof String kind && kind.endsWith("List") && tree.get("items") instanceof List<?> elements) {
            int index = 0;
            for (Object element : elements) {
                String place = at + "items[" + index++ + "]";
                if (element instanceof Map<?, ?> map) {
                    add(items, document, element(mapOf(map), tree, kind), place + ".");
                } else {
                    items.add(refused(document, place, "", "is not a Kubernetes object", "remove it"));
                }
            }
            return;
        }
        items.add(decode(document, tree, at));
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

    private Item decode(Document document, Map<String, ?> tree, String at) {
        return switch (decoder.decode(tree)) {
            case Result.Decoded(Resource resource) -> new Item.Good(resource, document.lineOf(at));
            case Result.Ignored(String apiVersion, String kind) -> new Item.Ignored(kind);
            case Result.Refused refused -> new Item.Bad(refused.key().orElse(null), refused.faults(),
                    refused.faults().stream().map(fault -> document.lineOf(at + fault.field())).toList());
        };
    }

    private static Item refused(Document document, String at, String field, String problem, String remedy) {
        return new Item.Bad(null, List.of(new Fault(field, problem, remedy)), List.of(document.lineOf(at)));
    }

    @SuppressWarnings("unchecked") // YamlText makes no other keys
    private static Map<String, ?> mapOf(Map<?, ?> tree) {
        return (Map<String, ?>) tree;
    }
}
