package io.roadstead.kernel.mesh.remote;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.StoreStatus;

/** A connection whose faults a test makes. It tells everything at once, on the test's thread. */
final class FakeStore implements MeshStore {

    final Content content;
    final List<String> reconnects = new ArrayList<>();
    private final Listener listener;
    private final Map<Watcher, String> watches = new LinkedHashMap<>();
    boolean connected;
    boolean closed;
    private boolean readable = true;
    private boolean silent;
    private String denied = "\0";
    private int failures;
    private String failure = "";

    /** What a store holds. */
    static final class Content {
        String id;
        final Map<String, byte[]> entries = new TreeMap<>();

        Content(String id) {
            this.id = id;
        }
    }

    FakeStore(Content content, Listener listener) {
        this.content = content;
        this.listener = listener;
    }

    void connect() {
        connected = true;
        silent = false;
        listener.connected(content.id);
        List.copyOf(watches.keySet()).forEach(this::list);
    }

    void cut(String reason) {
        connected = false;
        failures++;
        failure = reason;
        List.copyOf(watches.keySet()).forEach(watcher -> watcher.interrupted(reason));
        listener.disconnected(reason);
    }

    /** Connected, and nothing comes. */
    void silence() {
        silent = true;
    }

    /** A gap in what was told, as after a compaction. */
    void interrupt() {
        List.copyOf(watches.keySet()).forEach(watcher -> watcher.interrupted("compacted"));
        silent = true;
    }

    void relist() {
        silent = false;
        List.copyOf(watches.keySet()).forEach(this::list);
    }

    void readable(boolean may) {
        readable = may;
    }

    /** May be read by key only. */
    void deny(String prefix) {
        denied = prefix;
    }

    int watches() {
        return watches.size();
    }

    private void list(Watcher watcher) {
        String prefix = watches.get(watcher);
        if (prefix != null && prefix.startsWith(denied)) {
            watcher.interrupted("permission denied");
        } else if (prefix != null && connected && !silent) {
            Map<String, byte[]> all = new TreeMap<>(content.entries);
            all.keySet().removeIf(key -> !key.startsWith(prefix));
            watcher.listed(all);
        }
    }

    @Override
    public void put(String key, byte[] value) {
        content.entries.put(key, value);
        tell(new Event(Event.Type.PUT, key, value));
    }

    @Override
    public void delete(String key) {
        if (content.entries.remove(key) != null) {
            tell(new Event(Event.Type.DELETE, key, new byte[0]));
        }
    }

    private void tell(Event event) {
        if (connected && !silent) {
            watches.forEach((watcher, prefix) -> {
                if (event.key().startsWith(prefix) && !prefix.startsWith(denied)) {
                    watcher.changed(List.of(event));
                }
            });
        }
    }

    @Override
    public CompletionStage<Void> flush() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Registration watch(String prefix, Watcher watcher) {
        watches.put(watcher, prefix);
        list(watcher);
        return () -> watches.remove(watcher);
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return connected && readable
                ? CompletableFuture.completedFuture(Optional.ofNullable(content.entries.get(key)))
                : CompletableFuture.failedFuture(new IllegalStateException("permission denied"));
    }

    @Override
    public void reconnect(String reason) {
        reconnects.add(reason);
        cut(reason);
        connect();
    }

    @Override
    public StoreStatus status() {
        @Nullable
        Instant last = failures == 0 ? null : Instant.EPOCH;
        return new StoreStatus(connected, content.id, List.of(), 0, 0, 0, "", failures, last, failure, "fake");
    }

    @Override
    public void close() {
        closed = true;
        connected = false;
        watches.clear();
    }
}
