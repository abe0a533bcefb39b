package io.roadstead.plugin.mesh.memory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.api.time.Loop;

/** A connection to a store in this agent: one in name, which tests can cut. Everything happens on the backend's loop. */
final class MemoryStore implements MeshStore {
    private static final Logger log = LoggerFactory.getLogger(MemoryStore.class);
    /** As many as Cilium gives a lease. */
    private static final int KEYS_PER_LEASE = 1000;
    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    private final KeyValues content;
    private final String url;
    private final Listener listener;
    private final Loop loop;
    private final InstantSource clock;
    private final Consumer<MemoryStore> onClose;
    private final Consumer<List<Event>> forwarding = this::changed;
    /** Empty values are deletions. */
    private final Map<String, Optional<byte[]>> pending = new LinkedHashMap<>();
    private final Set<String> kept = new HashSet<>();
    private final List<CompletableFuture<Void>> flushes = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();
    private boolean connected;
    private long failures;
    private @Nullable Instant lastFailure;
    private String failure = "";
    private volatile boolean closed;
    private volatile StoreStatus status;

    /** A prefix that somebody watches. */
    private static final class Watch {
        private final String prefix;
        private final Watcher watcher;
        private volatile boolean ended;

        private Watch(String prefix, Watcher watcher) {
            this.prefix = prefix;
            this.watcher = watcher;
        }
    }

    MemoryStore(String cluster, KeyValues content, Listener listener, Loop loop, InstantSource clock, Consumer<MemoryStore> onClose) {
        this.content = content;
        this.url = "memory:" + cluster;
        this.listener = listener;
        this.loop = loop;
        this.clock = clock;
        this.onClose = onClose;
        this.status = currentStatus();
    }

    /** Makes the connection. On the loop. */
    void connect() {
        if (closed || connected) {
            return;
        }
        connected = true;
        content.follow(forwarding);
        publish();
        listener.connected(content.id());
        store();
        watches().forEach(this::list);
    }

    /** Loses the connection, until {@link #connect}. On the loop. */
    void disconnect(String reason) {
        if (closed || !connected) {
            return;
        }
        connected = false;
        content.unfollow(forwarding);
        failures++;
        lastFailure = clock.instant();
        failure = reason;
        publish();
        watches().forEach(watch -> watch.watcher.interrupted(reason));
        listener.disconnected(reason);
    }

    @Override
    public void put(String key, byte[] value) {
        Optional<byte[]> copy = Optional.of(value.clone());
        loop.execute(() -> write(key, copy));
    }

    @Override
    public void delete(String key) {
        loop.execute(() -> write(key, Optional.empty()));
    }

    private void write(String key, Optional<byte[]> value) {
        if (!closed) {
            pending.put(key, value);
            store();
            publish();
        }
    }

    private void store() {
        if (!connected) {
            return;
        }
        Map<String, Optional<byte[]>> due = new LinkedHashMap<>(pending);
        pending.clear();
        due.forEach((key, value) -> value.ifPresentOrElse(present -> {
            kept.add(key);
            content.put(key, present);
        }, () -> {
            kept.remove(key);
            content.delete(key);
        }));
        publish();
        List<CompletableFuture<Void>> done = List.copyOf(flushes);
        flushes.clear();
        done.forEach(flush -> flush.complete(null));
    }

    @Override
    public CompletionStage<Void> flush() {
        CompletableFuture<Void> flush = new CompletableFuture<>();
        loop.execute(() -> {
            if (closed) {
                flush.completeExceptionally(closedProblem());
            } else {
                flushes.add(flush);
                store();
            }
        });
        return flush;
    }

    @Override
    public Registration watch(String prefix, Watcher watcher) {
        Watch watch = new Watch(prefix, watcher);
        loop.execute(() -> {
            if (!closed && !watch.ended) {
                watches.add(watch);
                if (connected) {
                    list(watch);
                }
            }
        });
        return () -> {
            watch.ended = true;
            loop.execute(() -> watches.remove(watch));
        };
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        CompletableFuture<Optional<byte[]>> value = new CompletableFuture<>();
        loop.execute(() -> {
            if (closed) {
                value.completeExceptionally(closedProblem());
            } else if (!connected) {
                value.completeExceptionally(
                        new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, url, "not connected: " + failure, "it is tried again"));
            } else {
                value.complete(content.get(key).map(byte[]::clone));
            }
        });
        return value;
    }

    @Override
    public void reconnect(String reason) {
        loop.execute(() -> {
            if (connected) {
                disconnect(reason);
                connect();
            }
        });
    }

    @Override
    public StoreStatus status() {
        return status;
    }

    @Override
    public void close() {
        try {
            loop.submit(() -> {
                end();
                return true;
            }).get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("store did not close cleanly store={}", url, e);
        }
    }

    private void end() {
        if (!closed) {
            closed = true;
            connected = false;
            content.unfollow(forwarding);
            watches.clear();
            publish();
            flushes.forEach(flush -> flush.completeExceptionally(closedProblem()));
            flushes.clear();
            onClose.accept(this);
        }
    }

    private void changed(List<Event> events) {
        for (Watch watch : watches()) {
            List<Event> own = events.stream().filter(event -> event.key().startsWith(watch.prefix)).toList();
            if (!own.isEmpty() && !watch.ended && connected) {
                watch.watcher.changed(own);
            }
        }
    }

    private void list(Watch watch) {
        if (!watch.ended && connected) {
            watch.watcher.listed(content.all(watch.prefix));
        }
    }

    /** A copy: whoever is told may end its watch. */
    private List<Watch> watches() {
        return watches.stream().filter(watch -> !watch.ended).toList();
    }

    private void publish() {
        status = currentStatus();
    }

    private StoreStatus currentStatus() {
        int leases = connected ? (kept.size() + KEYS_PER_LEASE - 1) / KEYS_PER_LEASE : 0;
        return new StoreStatus(connected, content.id(), List.of(new StoreStatus.Endpoint(url, connected)), leases, pending.size(), 0, "",
                failures, lastFailure, failure, "");
    }

    private RoadsteadException closedProblem() {
        return new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, url, "the store is closed", "");
    }
}
