package io.roadstead.api.mesh;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.lifecycle.Registration;

/** A key-value store of one cluster: lease, list, watch. Values are bytes as text is UTF-8. Safe for any thread; callbacks come on one loop per store. */
public interface MeshStore extends AutoCloseable {
    /** Keeps a key at a value: written again after a lost lease, newest value wins, bound to this agent's lease when leased. */
    void put(String key, byte[] value, boolean leased);

    /** Removes a key. */
    void delete(String key);

    /**
     * Follows all keys below a prefix: one {@link Watcher#listed} with everything, then events; after any gap a new {@code listed}. Nothing is lost.
     */
    Registration watch(String prefix, Watcher watcher);

    /** The present content below a prefix. */
    CompletionStage<Map<String, byte[]>> list(String prefix);

    @Override
    void close();

    /** Receives what is below a prefix. */
    interface Watcher {
        /** Everything there is now: replaces what was known. */
        void listed(Map<String, byte[]> all);

        /** Changes since, in their order. */
        void changed(List<Event> events);
    }

    /** One change; the value is empty for a deletion. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Event(Type type, String key, byte[] value) {
        /** Created or changed, or gone. */
        public enum Type {
            PUT, DELETE
        }
    }

    /** Receives the state of the connection. */
    interface Listener {
        /** Connected, with the store's own identity; a changed identity means another store. */
        void connected(String storeId);

        /** Lost, in words; it reconnects by itself. */
        void disconnected(String reason);
    }
}
