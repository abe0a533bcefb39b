package io.roadstead.plugin.kubernetes.write;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.roadstead.plugin.kubernetes.call.Trees;

/**
 * Trees that are kept for long, for thousands of objects, in little memory: without room to grow, and with one copy of each word. They equal what they were made of;
 * the order of fields is lost. Confined to a loop.
 */
final class Compact {
    /** Then it begins anew: words of objects that are gone do not stay for ever. */
    private static final int MOST_WORDS = 10_000;

    private final Map<String, String> words = new HashMap<>();

    Known of(Known known) {
        return new Known(word(known.apiVersion()), known.version(), known.generation(), map(known.status()), map(known.spec()),
                known.ours());
    }

    private Map<String, ?> map(Map<String, ?> map) {
        Map<String, Object> compact = HashMap.newHashMap(map.size());
        for (Map.Entry<String, ?> entry : map.entrySet()) {
            Object value = tree(entry.getValue());
            if (value == null) {
                return map; // rare, and the small kinds of map take none
            }
            compact.put(word(entry.getKey()), value);
        }
        return Map.copyOf(compact);
    }

    private @Nullable Object tree(@Nullable Object value) {
        return switch (value) {
            case String text -> word(text);
            case Map<?, ?> map -> map(Trees.map(map));
            case List<?> list when !anyNull(list) -> list.stream().map(this::tree).toList();
            case null, default -> value;
        };
    }

    private static boolean anyNull(List<?> list) {
        return list.stream().anyMatch(Objects::isNull); // lists that take no null refuse the question
    }

    private String word(String text) {
        if (words.size() >= MOST_WORDS) {
            words.clear();
        }
        String known = words.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
