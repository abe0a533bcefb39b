package io.roadstead.kernel.status;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.roadstead.api.model.meta.ResourceKey;

/** Objects, each once, by the time at which something is to be done with them. Confined to one loop. */
final class DueQueue {

    private final Map<ResourceKey, Instant> times = new HashMap<>();
    private final TreeMap<Instant, Set<ResourceKey>> byTime = new TreeMap<>();

    /** One that is in there already stays where it is, unless that is later. */
    void add(ResourceKey key, Instant at) {
        Instant before = times.get(key);
        if (before == null || at.isBefore(before)) {
            remove(key);
            times.put(key, at);
            byTime.computeIfAbsent(at, absent -> new LinkedHashSet<>()).add(key);
        }
    }

    void remove(ResourceKey key) {
        Instant at = times.remove(key);
        if (at != null) {
            byTime.computeIfPresent(at, (same, keys) -> {
                keys.remove(key);
                return keys.isEmpty() ? null : keys;
            });
        }
    }

    /** Takes out the earliest of those whose time has come. */
    Optional<ResourceKey> poll(Instant now) {
        Map.Entry<Instant, Set<ResourceKey>> first = byTime.firstEntry();
        if (first == null || first.getKey().isAfter(now)) {
            return Optional.empty();
        }
        ResourceKey key = first.getValue().iterator().next();
        remove(key);
        return Optional.of(key);
    }

    /** The earliest time. */
    Optional<Instant> next() {
        return byTime.isEmpty() ? Optional.empty() : Optional.of(byTime.firstKey());
    }

    int size() {
        return times.size();
    }
}
