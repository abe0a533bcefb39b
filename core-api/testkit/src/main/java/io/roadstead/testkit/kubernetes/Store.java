package io.roadstead.testkit.kubernetes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The objects, as a key-value store with one counter of versions and a history, and whoever watches them. Every method is called within {@link #locked}. Stored
 * trees are never changed.
 */
final class Store {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ResourceType, NavigableMap<ObjectKey, ObjectNode>> objects = new HashMap<>();
    private final NavigableMap<Long, Change> history = new TreeMap<>();
    private final Set<Watch> watches = new LinkedHashSet<>();
    private final List<Consumer<Change>> observers = new ArrayList<>();
    private final int historyLimit;
    private long version;
    /** The newest version that the history does not reach back to any more. */
    private long forgotten;

    Store(int historyLimit) {
        this.historyLimit = historyLimit;
    }

    /**
     * One write.
     *
     * @param before null when the object came to be
     * @param after null when it went
     */
    record Change(long version, ResourceType resource, ObjectKey key, @Nullable ObjectNode before, @Nullable ObjectNode after) {
    }

    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    void locked(Runnable action) {
        locked(() -> {
            action.run();
            return true;
        });
    }

    long version() {
        return version;
    }

    Optional<ObjectNode> get(ResourceType resource, ObjectKey key) {
        return Optional.ofNullable(table(resource).get(key));
    }

    /** Objects of a namespace, or all when it is empty, in the order of their keys. */
    List<ObjectNode> list(ResourceType resource, String namespace) {
        return new ArrayList<>(within(table(resource), namespace).values());
    }

    /** The same as it was at a version; throws 410 when the history does not reach back that far. */
    List<ObjectNode> listAt(ResourceType resource, String namespace, long then) {
        if (then < forgotten) {
            throw ApiException.expired("The provided continue parameter is too old to display a consistent list result. "
                    + "You can start a new list without the continue parameter.");
        }
        NavigableMap<ObjectKey, ObjectNode> table = new TreeMap<>(within(table(resource), namespace));
        for (var change : history.tailMap(then, false).descendingMap().values()) {
            if (change.resource.equals(resource) && (namespace.isEmpty() || change.key.namespace().equals(namespace))) {
                if (change.before == null) {
                    table.remove(change.key);
                } else {
                    table.put(change.key, change.before);
                }
            }
        }
        return new ArrayList<>(table.values());
    }

    /** Stores the object in place of what its key held, under a new version, which is written into it. Returns it. */
    ObjectNode put(ResourceType resource, ObjectNode object) {
        long now = ++version;
        Json.child(object, "metadata").put("resourceVersion", Long.toString(now));
        var key = ObjectKey.of(object);
        remember(new Change(now, resource, key, table(resource).put(key, object), object));
        return object;
    }

    /** Removes the object, and returns it as its watchers see it last: with the version of its removal. */
    ObjectNode remove(ResourceType resource, ObjectKey key) {
        var before = table(resource).remove(key);
        if (before == null) {
            throw ApiException.notFound(resource, key.name());
        }
        remember(new Change(++version, resource, key, before, null));
        return before.deepCopy();
    }

    /** Writes after a version; throws 410 when some of them are forgotten. */
    List<Change> since(long then) {
        if (then < forgotten) {
            throw ApiException.expired("too old resource version: " + then + " (" + version + ")");
        }
        return List.copyOf(history.tailMap(then, false).values());
    }

    /** Forgets all that happened: whoever continues from an earlier version gets 410. */
    void forgetHistory() {
        // a version of its own, as any write elsewhere in the cluster would be: what clients know is older than what is kept
        forgotten = ++version;
        history.clear();
    }

    /** Tells of every write from now on, within the lock. */
    void observe(Consumer<Change> observer) {
        observers.add(observer);
    }

    void add(Watch watch) {
        watches.add(watch);
    }

    void remove(Watch watch) {
        watches.remove(watch);
    }

    List<Watch> watches() {
        return List.copyOf(watches);
    }

    private void remember(Change change) {
        history.put(change.version, change);
        while (history.size() > historyLimit) {
            var first = history.firstEntry();
            if (first != null) {
                forgotten = first.getKey();
                history.remove(first.getKey());
            }
        }
        observers.forEach(observer -> observer.accept(change));
        watches.forEach(watch -> watch.offer(change));
    }

    private NavigableMap<ObjectKey, ObjectNode> table(ResourceType resource) {
        return objects.computeIfAbsent(resource, missing -> new TreeMap<>());
    }

    private static NavigableMap<ObjectKey, ObjectNode> within(NavigableMap<ObjectKey, ObjectNode> table, String namespace) {
        return namespace.isEmpty() ? table : table.subMap(new ObjectKey(namespace, ""), true, new ObjectKey(namespace + "\0", ""), false);
    }
}
