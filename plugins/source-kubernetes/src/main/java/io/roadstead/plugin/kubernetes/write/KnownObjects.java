package io.roadstead.plugin.kubernetes.write;

import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ResourceKey;

/** The objects as last seen, by whichever way came last. Confined to the sink's loop. */
final class KnownObjects {
    /** How far a watch may lie behind what a write was answered. */
    private static final Duration WATCH_LAG = Duration.ofMinutes(1);

    private final Map<ResourceKey, Entry> entries = new HashMap<>();
    private final Compact compact = new Compact();
    private final LongSupplier nanos;

    private record Entry(Known known, boolean answered, long sinceNanos) {
    }

    KnownObjects(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Nullable
    Known get(ResourceKey key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.known;
    }

    /** As a request was answered: that is how it was at that moment. */
    void answered(ResourceKey key, Known known) {
        entries.put(key, new Entry(compact.of(known), true, nanos.getAsLong()));
    }

    /** As the reader came by it, possibly from before our own last write. */
    void seen(ResourceKey key, Known known) {
        Entry entry = entries.get(key);
        boolean old = entry != null && entry.answered && nanos.getAsLong() - entry.sinceNanos < WATCH_LAG.toNanos()
                && older(known.version(), entry.known.version());
        if (!old) {
            entries.put(key, new Entry(compact.of(known), false, nanos.getAsLong()));
        }
    }

    void forget(ResourceKey key) {
        entries.remove(key);
    }

    int size() {
        return entries.size();
    }

    /** Versions are opaque; those that are numbers, as every known server's, rise. */
    private static boolean older(String one, String other) {
        return one.matches("[0-9]+") && other.matches("[0-9]+") && new BigInteger(one).compareTo(new BigInteger(other)) < 0;
    }
}
