package io.roadstead.plugin.proxy;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Numbers for things, kept for as long as anybody uses them. Confined to one loop. */
final class Ids<K> {

    private record Held(long id, int users) {
    }

    private final Map<K, Held> held = new HashMap<>();
    private long last;

    /** One more user. */
    void acquire(K key) {
        held.compute(key, (same, before) -> before == null ? new Held(++last, 1) : new Held(before.id, before.users + 1));
    }

    /** One user less. */
    void release(K key) {
        held.computeIfPresent(key, (same, before) -> before.users == 1 ? null : new Held(before.id, before.users - 1));
    }

    /** Of something that is used. */
    long of(K key) {
        return Objects.requireNonNull(held.get(key), () -> key + " has no number").id;
    }
}
