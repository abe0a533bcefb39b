package io.roadstead.kernel.mesh.remote;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.kernel.mesh.schema.MeshKeys;

/**
 * Watches a store for signs of life over one connection: a store may be reachable and yet tell nothing, or its owner may be gone. What the sign says is never read: clocks
 * of clusters need not agree.
 */
final class Heartbeat implements AutoCloseable {

    private final MeshStore store;
    private final Loop loop;
    private final InstantSource clock;
    private final Supplier<Duration> timeout;
    private final Listener listener;
    private Instant last;
    private Registration watch = () -> {
    };
    private TimerHandle timer = () -> {
    };
    private boolean closed;

    /** Told on the loop. */
    interface Listener {
        /** The store lives; the value of the sign is good to know it again. */
        void alive(byte[] sign);

        /** It has not said so since then. */
        void stalled(Instant since);
    }

    Heartbeat(MeshStore store, Loop loop, InstantSource clock, Supplier<Duration> timeout, Listener listener) {
        this.store = store;
        this.loop = loop;
        this.clock = clock;
        this.timeout = timeout;
        this.listener = listener;
        this.last = clock.instant(); // a new connection has as much time as a sign takes
    }

    /** @param known value of the sign that an earlier connection has seen last; null when none has */
    void start(byte @Nullable [] known) {
        watch = store.watch(MeshKeys.HEARTBEAT, new MeshStore.Watcher() {
            private byte @Nullable [] before = known;

            @Override
            public void listed(Map<String, byte[]> all) {
                byte[] value = all.get(MeshKeys.HEARTBEAT);
                if (value != null && !Arrays.equals(value, before)) { // the same one again was written before
                    sign(value);
                }
            }

            @Override
            public void changed(List<MeshStore.Event> events) {
                for (MeshStore.Event event : events) {
                    if (event.type() == MeshStore.Event.Type.PUT && event.key().equals(MeshKeys.HEARTBEAT)) {
                        sign(event.value());
                    }
                }
            }

            private void sign(byte[] value) {
                before = value;
                loop.execute(() -> {
                    if (!closed) {
                        last = clock.instant();
                        listener.alive(value);
                    }
                });
            }

            @Override
            public void interrupted(String reason) {
                // It lists again.
            }
        });
        check();
    }

    private void check() {
        Duration left = timeout.get().minus(Duration.between(last, clock.instant()));
        if (left.isPositive()) {
            timer = loop.schedule(left, this::check);
        } else {
            listener.stalled(last);
        }
    }

    @Override
    public void close() {
        closed = true;
        timer.cancel();
        watch.close();
    }
}
