package io.roadstead.kernel.mesh.publish;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.StoreStatus;

/** Stores at once, but completes a flush only when the test says so; writes down what was asked of it. */
final class FakeStore implements MeshStore {

    final TreeMap<String, byte[]> content = new TreeMap<>();
    /** {@code put key} and {@code delete key}, in their order. */
    final List<String> log = new ArrayList<>();
    final List<CompletableFuture<Void>> flushes = new ArrayList<>();
    private final Map<Watcher, String> watches = new HashMap<>();

    /** Somebody else's write. */
    void foreign(String key, String value) {
        store(key, value.getBytes(StandardCharsets.UTF_8));
    }

    void foreignDelete(String key) {
        content.remove(key);
        tell(new Event(Event.Type.DELETE, key, new byte[0]));
    }

    String text(String key) {
        return new String(content.get(key), StandardCharsets.UTF_8);
    }

    /** What was asked since the last call. */
    List<String> takeLog() {
        List<String> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    void completeFlush() {
        flushes.removeFirst().complete(null);
    }

    int watches() {
        return watches.size();
    }

    @Override
    public void put(String key, byte[] value) {
        log.add("put " + key);
        store(key, value);
    }

    private void store(String key, byte[] value) {
        content.put(key, value);
        tell(new Event(Event.Type.PUT, key, value));
    }

    @Override
    public void delete(String key) {
        log.add("delete " + key);
        foreignDelete(key);
    }

    private void tell(Event event) {
        List.copyOf(watches.entrySet()).stream().filter(watch -> event.key().startsWith(watch.getValue()))
                .forEach(watch -> watch.getKey().changed(List.of(event)));
    }

    @Override
    public CompletionStage<Void> flush() {
        CompletableFuture<Void> flush = new CompletableFuture<>();
        flushes.add(flush);
        return flush;
    }

    @Override
    public Registration watch(String prefix, Watcher watcher) {
        watches.put(watcher, prefix);
        watcher.listed(Map.copyOf(content.subMap(prefix, prefix + Character.MAX_VALUE)));
        return () -> watches.remove(watcher);
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return CompletableFuture.completedFuture(Optional.ofNullable(content.get(key)));
    }

    @Override
    public void reconnect(String reason) {
        throw new AssertionError("nobody asks for that");
    }

    @Override
    public StoreStatus status() {
        throw new AssertionError("nobody asks for that");
    }

    @Override
    public void close() {
        throw new AssertionError("is the caller's");
    }
}
