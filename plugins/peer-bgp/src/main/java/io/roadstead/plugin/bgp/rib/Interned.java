package io.roadstead.plugin.bgp.rib;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** One instance of equal values, as long as anything uses it. */
@SuppressWarnings("ReferenceEquality") // that is what it is for
final class Interned<T> {

    private final Map<T, Entry<T>> entries = new HashMap<>();
    /** Runs of equal values are the rule: spares their hashing. */
    private @Nullable Entry<T> last;

    /** The shared instance, with one user more. */
    T acquire(T value) {
        Entry<T> entry = last;
        if (entry == null || entry.value != value) {
            entry = entries.computeIfAbsent(value, Entry::new);
            last = entry;
        }
        entry.users++;
        return entry.value;
    }

    /** One user less; whether it was the last. */
    boolean release(T shared) {
        Entry<T> entry = last != null && last.value == shared ? last : entries.get(shared);
        if (entry == null) {
            throw new IllegalStateException("was not acquired: " + shared);
        }
        entry.users--;
        if (entry.users > 0) {
            return false;
        }
        entries.remove(shared);
        last = null;
        return true;
    }

    int size() {
        return entries.size();
    }

    private static final class Entry<T> {
        private final T value;
        private int users;

        private Entry(T value) {
            this.value = value;
        }
    }
}
