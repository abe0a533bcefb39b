package io.roadstead.cli.migrate;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Names for things of which each differs: the same content gets the same name, another content another one. */
final class Names<T> {

    private static final int LABEL_LENGTH = 63;

    private final Map<T, String> names = new LinkedHashMap<>();
    private final Map<String, Integer> used = new HashMap<>();

    /** The name of that content; the wished one, numbered where another content has it. */
    String of(T content, String wish) {
        return names.computeIfAbsent(content, unseen -> {
            String base = objectName(wish);
            int times = used.merge(base, 1, Integer::sum);
            return times == 1 ? base : base + "-" + times;
        });
    }

    /** All contents with their names, in the order in which they came. */
    Map<T, String> all() {
        return names;
    }

    /** As an object or a label's value may be called: lower case, digits, dashes and dots, at most as long as a label's value. */
    static String objectName(String wish) {
        String name = wish.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        if (name.length() > LABEL_LENGTH - 4) { // room for a number
            String hash = Integer.toHexString(wish.hashCode());
            name = name.substring(0, LABEL_LENGTH - 5 - hash.length()) + "-" + hash;
        }
        String trimmed = name.replaceAll("^[.-]+|[.-]+$", "");
        return trimmed.isEmpty() ? "unnamed" : trimmed;
    }
}
