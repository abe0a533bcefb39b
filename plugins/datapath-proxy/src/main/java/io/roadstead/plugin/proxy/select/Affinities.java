package io.roadstead.plugin.proxy.select;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.model.net.IpAddress;

/** Which backend a client had last. Bounded: the client that was not seen for longest is forgotten first. Confined to one loop. */
final class Affinities {

    private record Key(Scope scope, IpAddress client) {
    }

    private record Entry(BackendKey backend, long until) {
    }

    private final int limit;
    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    Affinities(int limit) {
        this.limit = limit;
    }

    @Nullable
    BackendKey get(Scope scope, IpAddress client, long now) {
        Entry entry = entries.get(new Key(scope, client));
        return entry == null || entry.until <= now ? null : entry.backend;
    }

    void put(Scope scope, IpAddress client, BackendKey backend, long until) {
        Key key = new Key(scope, client);
        entries.remove(key); // so that it stands last again
        entries.put(key, new Entry(backend, until));
        if (entries.size() > limit) {
            Iterator<Key> oldest = entries.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void expire(long now) {
        entries.values().removeIf(entry -> entry.until <= now);
    }

    int size() {
        return entries.size();
    }
}
