package io.roadstead.kernel.mesh.remote;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.kernel.mesh.schema.ClusterConfigEntry;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.RefusedValueException;

/**
 * One connection to a remote cluster's store: its signs of life, and what the cluster tells of itself. That is asked for until it is there, and followed from then on;
 * what is malformed later changes nothing.
 */
final class Session implements AutoCloseable {

    private static final Duration SLOWEST_RETRY = Duration.ofSeconds(30);
    private static final Duration GIVE_UP = Duration.ofMinutes(3);
    /** While the key cannot be watched: a role may allow to read this key alone, and a watch is of a prefix. */
    private static final Duration POLL = Duration.ofMinutes(1);

    private final MeshStore store;
    private final Reading reading;
    private final Host host;
    private final String key;
    private final Instant begun;
    private final Heartbeat heartbeat;
    private Registration watch = () -> {
    };
    private TimerHandle timer = () -> {
    };
    private int attempts;
    private boolean watched;
    private boolean closed;
    private byte @Nullable [] raw;
    private @Nullable ClusterConfigEntry told;
    private String malformed = "";
    private String waiting = "remote cluster configuration status unknown";

    /** Told on the loop. */
    interface Host extends Heartbeat.Listener {
        /** What the cluster tells of itself is known, or has changed. */
        void told(ClusterConfigEntry config);

        /** The connection is of no use. */
        void useless(String reason);

        /** Something else to be shown has changed. */
        void changed();

        /** What to say of a store that holds nothing of this cluster; mostly empty. */
        String hint();
    }

    Session(String cluster, MeshStore store, Reading reading, Host host) {
        this.store = store;
        this.reading = reading;
        this.host = host;
        this.key = MeshKeys.clusterConfig(cluster);
        this.begun = reading.clock().instant();
        this.heartbeat = new Heartbeat(store, reading.loop(), reading.clock(), () -> reading.settings().get().heartbeatTimeout(), host);
    }

    /** @param sign of life that was seen last, if any */
    void start(byte @Nullable [] sign) {
        heartbeat.start(sign);
        watch = store.watch(key, new ConfigWatcher());
        fetch();
    }

    MeshStore store() {
        return store;
    }

    /** The last that was well-formed; empty before. */
    Optional<ClusterConfigEntry> config() {
        return Optional.ofNullable(told);
    }

    /** What is wrong with what the cluster tells of itself now; empty when nothing. */
    String malformed() {
        return malformed;
    }

    /** What is waited for while nothing has been told. */
    String waiting() {
        return waiting;
    }

    @Override
    public void close() {
        closed = true;
        heartbeat.close();
        timer.cancel();
        watch.close();
    }

    private void post(Runnable step) {
        reading.loop().execute(() -> {
            if (!closed) {
                step.run();
                host.changed();
            }
        });
    }

    private void fetch() {
        store.get(key).whenComplete((value, failure) -> post(() -> fetched(failure == null ? value : Optional.empty(), failure)));
    }

    private void fetched(Optional<byte[]> value, @Nullable Throwable failure) {
        if (value.isPresent()) {
            seen(value.get());
        } else if (raw == null) {
            waiting = failure == null
                    ? "remote cluster configuration required but not found" + host.hint()
                    : "remote cluster configuration cannot be read: " + failure.getMessage();
            if (Duration.between(begun, reading.clock().instant()).compareTo(GIVE_UP) >= 0) {
                host.useless(waiting);
                return;
            }
        }
        if (raw == null) {
            attempts++;
            Duration pause = Duration.ofSeconds(attempts);
            fetchIn(pause.compareTo(SLOWEST_RETRY) < 0 ? pause : SLOWEST_RETRY);
        } else {
            poll();
        }
    }

    private void poll() {
        if (raw != null && !watched) {
            fetchIn(POLL);
        }
    }

    private void fetchIn(Duration pause) {
        timer.cancel();
        timer = reading.loop().schedule(pause, () -> {
            if (!closed) {
                fetch();
            }
        });
    }

    private void seen(byte[] value) {
        if (Arrays.equals(value, raw)) {
            return;
        }
        raw = value;
        try {
            ClusterConfigEntry config = ClusterConfigEntry.decode(value);
            malformed = "";
            told = config;
            host.told(config);
        } catch (RefusedValueException refused) {
            malformed = String.valueOf(refused.getMessage());
            waiting = "remote cluster configuration is refused: it " + malformed;
        }
    }

    /** That the key goes means nothing: its lease may have ended, and its owner writes it again. */
    private final class ConfigWatcher implements MeshStore.Watcher {
        @Override
        public void listed(Map<String, byte[]> all) {
            post(() -> {
                watched = true;
                byte[] value = all.get(key);
                if (value != null) {
                    seen(value);
                }
            });
        }

        @Override
        public void changed(List<MeshStore.Event> events) {
            post(() -> events.stream().filter(event -> event.type() == MeshStore.Event.Type.PUT && event.key().equals(key))
                    .forEach(event -> seen(event.value())));
        }

        @Override
        public void interrupted(String reason) {
            post(() -> {
                if (watched) {
                    watched = false;
                    poll();
                }
            });
        }
    }
}
