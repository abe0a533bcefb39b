package io.roadstead.api.mesh;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.lifecycle.Registration;

/**
 * A connection to the key-value store of one cluster. Keys are text, values bytes. Methods may be called from any thread and return at once; callbacks come on one
 * loop per store, never two at a time, and must return soon. It reconnects by itself, with growing pauses, until it is closed.
 */
public interface MeshStore extends AutoCloseable {
    /**
     * Keeps a key at a value: stored under this connection's lease, again after a lost lease or connection. A newer value replaces one that has not been stored
     * yet; there is one write of a key under way at a time, so that what was put last is what stays. Writes are rate limited, less so until the first
     * {@link #flush} has completed. A refused write (store full, no permission) is shown in {@link #status} and tried again.
     */
    void put(String key, byte[] value);

    /** Removes a key, and keeps it no longer. In order with puts of the same key. */
    void delete(String key);

    /** Completes when everything that was put and deleted before the call has been stored, however long that takes; fails only when the store is closed. */
    CompletionStage<Void> flush();

    /**
     * Follows all keys that begin with a prefix: one {@link Watcher#listed} with everything, then events from the next revision on. After any error or gap comes
     * a new {@code listed}. In between nothing is lost and nothing comes twice: what the watcher was told equals what the store held at one revision after the other.
     */
    Registration watch(String prefix, Watcher watcher);

    /** The present value of a key; fails when it cannot be read now. */
    CompletionStage<Optional<byte[]>> get(String key);

    /** Gives up the present connection and makes another, as when it is alive and yet tells nothing. All watches list again. */
    void reconnect(String reason);

    /** How it is: a published snapshot. */
    StoreStatus status();

    /** Ends it, without deleting what it put: that stays until its lease ends, so that a restart drains nothing. Idempotent; no callback comes afterwards. */
    @Override
    void close();

    /** Receives what begins with a prefix. */
    interface Watcher {
        /** Everything there is now: replaces what was known. */
        void listed(Map<String, byte[]> all);

        /** Changes since, in their order. */
        void changed(List<Event> events);

        /** Nothing more comes until the next {@link #listed}: the connection is lost, or what came has a gap. What was told before still counts. */
        void interrupted(String reason);
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
        /** Connected; {@link StoreStatus#storeId} tells to which store, and another one than before means other revisions and other content. */
        void connected(String storeId);

        /** Lost, or could not be made, in words; it tries again by itself. */
        void disconnected(String reason);
    }
}
