package io.roadstead.plugin.kubernetes.write;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusUpdate.BgpNodeStatus;
import io.roadstead.api.source.StatusUpdate.Conditions;
import io.roadstead.plugin.kubernetes.call.Trees;

/**
 * What was said last of objects to which it may have to be said again: the node's own, and those that count their generations. Confined to the sink's loop.
 */
final class LastWords {
    private final Map<ResourceKey, Word> words = new HashMap<>();

    /** @param term in which it was said; 0 for the node's own */
    record Word(StatusUpdate update, long term) {
    }

    void said(StatusUpdate update, long term) {
        if (update instanceof BgpNodeStatus || update instanceof Conditions) {
            words.put(update.key(), new Word(update, term));
        }
    }

    /** Whether nothing else was said since. */
    boolean stands(Word word) {
        return word.equals(words.get(word.update.key()));
    }

    /** To be said again, if it still stands then, to an object that changed: a condition of it speaks of a former generation. */
    Optional<Word> outdated(ResourceKey key, Known known) {
        boolean outdated = known.generation() >= 0 && Trees.list(known.status().get("conditions")).stream().anyMatch(
                condition -> Trees.number(Trees.map(condition).get("observedGeneration"), known.generation()) < known.generation());
        return outdated && !key.kind().equals(BgpNodeConfig.KIND) ? Optional.ofNullable(words.get(key)) : Optional.empty();
    }

    /** To be said again, if it still stands then, to an object that is gone: only the node's own is made anew. */
    Optional<Word> homeless(ResourceKey key) {
        if (key.kind().equals(BgpNodeConfig.KIND)) {
            return Optional.ofNullable(words.get(key));
        }
        words.remove(key);
        return Optional.empty();
    }
}
