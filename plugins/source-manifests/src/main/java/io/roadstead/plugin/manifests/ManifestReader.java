package io.roadstead.plugin.manifests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.api.source.ResourceDecoder.Fault;
import io.roadstead.api.source.ResourceDecoder.Result;
import io.roadstead.yaml.KubernetesObject;
import io.roadstead.yaml.YamlText;
import io.roadstead.yaml.YamlText.Document;
import io.roadstead.yaml.YamlText.SyntaxException;

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
            KubernetesObject.allOf(document).forEach(object -> items.add(item(object)));
        }
        return new Reading(items, documents.isEmpty() ? null : new Tail(documents.getLast().tree(), documents.getLast().openEnded()));
    }

    private Item item(KubernetesObject object) {
        Map<String, ?> tree = object.tree();
        if (tree == null) {
            return refused(object);
        }
        return switch (decoder.decode(tree)) {
            case Result.Decoded(Resource resource) -> new Item.Good(resource, object.line());
            case Result.Ignored(String apiVersion, String kind) -> new Item.Ignored(kind);
            case Result.Refused refused -> new Item.Bad(refused.key().orElse(null), refused.faults(),
                    refused.faults().stream().map(fault -> object.lineOf(fault.field())).toList());
        };
    }

    private static Item refused(KubernetesObject object) {
        return new Item.Bad(null, List.of(new Fault("", KubernetesObject.NOT_ONE, object.remedy())), List.of(object.line()));
    }
}
