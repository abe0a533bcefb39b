package io.roadstead.plugin.mesh.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.roadstead.api.mesh.MeshStore.Event;

/** What one cluster's store holds, in the order of the keys. Confined to the backend's loop. */
final class KeyValues {

    private final String id;
    private final SortedMap<String, byte[]> entries = new TreeMap<>();
    private final Set<Consumer<List<Event>>> followers = new LinkedHashSet<>();

    KeyValues(String id) {
        this.id = id;
    }

    /** Tells this store from another of the same cluster. */
    String id() {
        return id;
    }

    /** A copy of what begins with the prefix. */
    SortedMap<String, byte[]> all(String prefix) {
        return new TreeMap<>(entries.subMap(prefix, prefix + Character.MAX_VALUE));
    }

    Optional<byte[]> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    void put(String key, byte[] value) {
        entries.put(key, value);
        tell(List.of(put(Map.entry(key, value))));
    }

    /** Nobody is told of a key that is not there. */
    void delete(String key) {
        if (entries.remove(key) != null) {
            tell(List.of(deleted(key)));
        }
    }

    /** Puts what is other than before and deletes what is not wanted, all at once. */
    void replace(Map<String, byte[]> wanted) {
        List<Event> events = new ArrayList<>();
        entries.keySet().stream().filter(key -> !wanted.containsKey(key)).map(KeyValues::deleted).forEach(events::add);
        new TreeMap<>(wanted).entrySet().stream().filter(entry -> !Arrays.equals(entries.get(entry.getKey()), entry.getValue()))
                .map(KeyValues::put).forEach(events::add);
        entries.clear();
        entries.putAll(wanted);
        if (!events.isEmpty()) {
            tell(events);
        }
    }

    void follow(Consumer<List<Event>> follower) {
        followers.add(follower);
    }

    void unfollow(Consumer<List<Event>> follower) {
        followers.remove(follower);
    }

    private void tell(List<Event> events) {
        List.copyOf(followers).forEach(follower -> follower.accept(events));
    }

    private static Event put(Map.Entry<String, byte[]> entry) {
        return new Event(Event.Type.PUT, entry.getKey(), entry.getValue());
    }

    private static Event deleted(String key) {
        return new Event(Event.Type.DELETE, key, new byte[0]);
    }
}
