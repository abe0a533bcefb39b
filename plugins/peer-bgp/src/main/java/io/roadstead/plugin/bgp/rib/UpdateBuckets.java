package io.roadstead.plugin.bgp.rib;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AddressFamily;

/**
 * Changes that have not been said yet, one per prefix: the newest replaces the one before, so there are never more than the tables have prefixes. Grouped by
 * attributes, to share UPDATEs; withdrawals come first.
 */
final class UpdateBuckets {

    private final PrefixMap<Bucket> byPrefix;
    private final Bucket withdrawals;
    private final Map<PathAttributes, Bucket> announcements = new LinkedHashMap<>();

    UpdateBuckets(AddressFamily family) {
        this.byPrefix = new PrefixMap<>(family);
        this.withdrawals = new Bucket(null, family);
    }

    int size() {
        return byPrefix.size();
    }

    boolean isEmpty() {
        return byPrefix.isEmpty();
    }

    boolean contains(long high, long low, int length) {
        return byPrefix.get(high, low, length) != null;
    }

    /** Attributes null withdraws. */
    void put(long high, long low, int length, @Nullable PathAttributes attributes) {
        Bucket bucket = attributes == null
                ? withdrawals
                : announcements.computeIfAbsent(attributes, key -> new Bucket(key, byPrefix.family()));
        Bucket before = byPrefix.put(high, low, length, bucket);
        if (before != bucket) {
            bucket.prefixes.put(high, low, length, bucket);
            leave(before, high, low, length);
        }
    }

    void cancel(long high, long low, int length) {
        leave(byPrefix.remove(high, low, length), high, low, length);
    }

    void clear() {
        byPrefix.clear();
        withdrawals.prefixes.clear();
        announcements.clear();
    }

    /** The bucket that is next to be said; must not be called when empty. */
    Bucket first() {
        return withdrawals.prefixes.isEmpty() ? announcements.values().iterator().next() : withdrawals;
    }

    private void leave(@Nullable Bucket bucket, long high, long low, int length) {
        if (bucket == null) {
            return;
        }
        bucket.prefixes.remove(high, low, length);
        if (bucket.prefixes.isEmpty() && bucket.attributes != null) {
            announcements.remove(bucket.attributes);
        }
    }

    /** Prefixes that get the same attributes; without attributes those to withdraw. */
    static final class Bucket {
        private final @Nullable PathAttributes attributes;
        private final PrefixMap<Bucket> prefixes;

        private Bucket(@Nullable PathAttributes attributes, AddressFamily family) {
            this.attributes = attributes;
            this.prefixes = new PrefixMap<>(family);
        }

        @Nullable
        PathAttributes attributes() {
            return attributes;
        }

        PrefixMap<Bucket> prefixes() {
            return prefixes;
        }
    }
}
