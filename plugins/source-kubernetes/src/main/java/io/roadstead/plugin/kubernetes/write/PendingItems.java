package io.roadstead.plugin.kubernetes.write;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.plugin.kubernetes.write.Wanted.Rank;

/** The objects that something is still to be written to, and among them those that may be written now. Confined to the sink's loop. */
final class PendingItems {
    private final Map<ResourceKey, Item> items = new HashMap<>();
    private final Map<Rank, Set<ResourceKey>> ready = new EnumMap<>(Rank.class);

    PendingItems() {
        for (Rank rank : Rank.values()) {
            ready.put(rank, new LinkedHashSet<>());
        }
    }

    @Nullable
    Item get(ResourceKey key) {
        return items.get(key);
    }

    Item getOrMake(ResourceKey key) {
        return items.computeIfAbsent(key, Item::new);
    }

    /** Whether it is the object's item still, and none has come in its place. */
    boolean holds(Item item) {
        return item.equals(items.get(item.key));
    }

    List<Item> all() {
        return List.copyOf(items.values());
    }

    /** Of those that may be written now the first of the most urgent kind; null when there is none. */
    @Nullable
    Item first() {
        for (Set<ResourceKey> queue : ready.values()) {
            if (!queue.isEmpty()) {
                return items.get(queue.iterator().next());
            }
        }
        return null;
    }

    /** Has something else be wanted, which may be of another urgency. */
    void want(Item item, Wanted wanted) {
        unready(item);
        item.wanted = wanted;
        ready(item);
    }

    /** It may be written from now on, unless something of it is under way or it has a time to wait for. */
    void ready(Item item) {
        if (!item.inFlight && item.timer == null) {
            queue(item).add(item.key);
        }
    }

    /** It may not be written now. */
    void unready(Item item) {
        queue(item).remove(item.key);
    }

    void remove(Item item) {
        unready(item);
        item.cancelTimer();
        items.remove(item.key, item);
    }

    private Set<ResourceKey> queue(Item item) {
        return ready.getOrDefault(item.wanted.rank(), Set.of());
    }
}
