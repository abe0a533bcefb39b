package io.roadstead.plugin.kubernetes.read;

import org.jspecify.annotations.Nullable;

/**
 * Hands out one instance of texts that come often: namespaces, protocols, label values, names of nodes. A table of fixed size in which a later text takes the
 * place of an earlier one. Confined to one thread.
 */
final class Texts {
    private static final int SLOTS = 1 << 12;
    private static final int LONGEST = 64;

    private final @Nullable String[] slots = new String[SLOTS];

    /** An equal text. */
    String shared(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int hash = text.hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        String held = slots[slot];
        if (held != null && held.equals(text)) {
            return held;
        }
        slots[slot] = text;
        return text;
    }
}
