package io.roadstead.kernel.mesh.publish;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.roadstead.api.mesh.MeshStore;
import io.roadstead.kernel.mesh.schema.Sizes;

/** What has been put into the own store: hands on changes only. */
final class PublishedKeys {

    /** A value and what the request has beside it must not exceed the store's limit together. */
    static final int MAX_VALUE = Sizes.MAX_VALUE - 4096;

    private final MeshStore store;
    private final Map<String, byte[]> written = new HashMap<>();
    private final Map<String, String> oversized = new TreeMap<>();

    PublishedKeys(MeshStore store) {
        this.store = store;
    }

    /** Puts it there unless it is there; what is too large is a problem instead, and what was there before stays. */
    void put(String key, byte[] value, String subject) {
        if (value.length > MAX_VALUE) {
            oversized.put(key,
                    subject + " is not published: its value has " + value.length + " bytes, and a store takes at most " + MAX_VALUE
                            + "; share it in parts");
            return;
        }
        oversized.remove(key);
        if (!Arrays.equals(written.put(key, value), value)) {
            store.put(key, value);
        }
    }

    void delete(String key) {
        oversized.remove(key);
        if (written.remove(key) != null) {
            store.delete(key);
        }
    }

    /** Removes what an earlier publisher has left and this one does not want. */
    void deleteStale(Set<String> found) {
        found.stream().filter(key -> !written.containsKey(key) && !oversized.containsKey(key)).forEach(store::delete);
    }

    /** Why something is not there, by key. */
    Iterable<String> problems() {
        return oversized.values();
    }
}
