package io.roadstead.kernel.mesh.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.mesh.schema.ClusterConfigEntry;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.MeshKind;
import io.roadstead.kernel.mesh.schema.MeshLayout;

/**
 * Keeps what is known of one cluster equal to its store, over one connection. A kind is read once its canary is there: before, its owner has not written all of it, and
 * what an earlier connection told would be lost by it.
 */
final class Synchronization implements AutoCloseable {

    /** How long until it asks again whether an owner has written everything. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final MeshStore store;
    private final Loop loop;
    private final Runnable changed;
    private final boolean awaitsCanaries;
    private final String canaryPrefix;
    private final Map<MeshKind, Reader> readers = new LinkedHashMap<>();
    private final List<Registration> watches = new ArrayList<>();
    private boolean closed;

    /** @param changed told on the loop after each step */
    Synchronization(MeshStore store, Loop loop, ClusterConfigEntry config, Learned learned, Runnable changed) {
        this.store = store;
        this.loop = loop;
        this.changed = changed;
        this.awaitsCanaries = config.syncedCanaries();
        String cluster = learned.owner().cluster();
        MeshLayout layout = new MeshLayout(cluster, config.cached());
        this.canaryPrefix = MeshKeys.canaryPrefix(cluster);
        learned.tables().forEach((kind, table) -> readers.put(kind, new Reader(table, layout.prefix(kind),
                awaitsCanaries ? layout.canary(kind) : MeshKeys.clusterConfig(cluster))));
    }

    void start() {
        if (awaitsCanaries) {
            watches.add(store.watch(canaryPrefix, new Canaries()));
        } else {
            readers.values().forEach(Reader::begin);
        }
    }

    /** Whether a kind has been read completely over this connection. */
    boolean read(MeshKind kind) {
        Reader reader = readers.get(kind);
        return reader != null && reader.read;
    }

    /** Whether anything has been. */
    boolean readAny() {
        return readers.values().stream().anyMatch(reader -> reader.read);
    }

    /** Whether everything has been. */
    boolean readAll() {
        return readers.values().stream().allMatch(reader -> reader.read);
    }

    /** Whether everything has been, and is followed. */
    boolean current() {
        return readers.values().stream().allMatch(reader -> reader.current);
    }

    MeshView.Synced synced() {
        return new MeshView.Synced(read(MeshKind.NODES), read(MeshKind.ENDPOINTS), read(MeshKind.IDENTITIES),
                read(MeshKind.SERVICES) || read(MeshKind.ENDPOINT_SLICES));
    }

    /** Follows nothing any more; what was learned stays. */
    @Override
    public void close() {
        closed = true;
        watches.forEach(Registration::close);
        watches.clear();
    }

    private void post(Runnable step) {
        loop.execute(() -> {
            if (!closed) {
                step.run();
                changed.run();
            }
        });
    }

    /** Begins with a kind when its canary comes. That a canary goes means nothing: its lease may have ended while all else is being written again. */
    private final class Canaries implements MeshStore.Watcher {
        @Override
        public void listed(Map<String, byte[]> all) {
            post(() -> all.keySet().forEach(Synchronization.this::canary));
        }

        @Override
        public void changed(List<MeshStore.Event> events) {
            post(() -> events.stream().filter(event -> event.type() == MeshStore.Event.Type.PUT).map(MeshStore.Event::key)
                    .forEach(Synchronization.this::canary));
        }

        @Override
        public void interrupted(String reason) {
            // It lists again.
        }
    }

    private void canary(String key) {
        readers.values().stream().filter(reader -> reader.proof.equals(key)).forEach(reader -> {
            reader.begin();
            reader.prove();
        });
    }

    /** Follows one kind. */
    private final class Reader implements MeshStore.Watcher {
        private final KindTable table;
        private final String prefix;
        /** A key that is there when the owner has written everything. */
        private final String proof;
        private boolean begun;
        private boolean read;
        private boolean current;
        /** What the store holds by a list that came after the first, and since, until it is proven that this is all: a store that lost its content lists nothing. */
        private @Nullable Map<String, byte[]> unproven;
        private int lists;
        private boolean asking;
        private TimerHandle again = () -> {
        };

        Reader(KindTable table, String prefix, String proof) {
            this.table = table;
            this.prefix = prefix;
            this.proof = proof;
        }

        void begin() {
            if (!begun) {
                begun = true;
                watches.add(store.watch(prefix, this));
            }
        }

        @Override
        public void listed(Map<String, byte[]> all) {
            post(() -> {
                lists++;
                if (read) {
                    current = false;
                    unproven = new HashMap<>(all);
                    prove();
                } else {
                    take(all);
                }
            });
        }

        @Override
        public void changed(List<MeshStore.Event> events) {
            post(() -> events.forEach(this::changed));
        }

        private void changed(MeshStore.Event event) {
            if (unproven == null) {
                table.changed(prefix, event);
            } else if (event.type() == MeshStore.Event.Type.PUT) {
                unproven.put(event.key(), event.value());
            } else {
                unproven.remove(event.key());
            }
        }

        @Override
        public void interrupted(String reason) {
            post(() -> {
                current = false;
                unproven = null;
            });
        }

        private void take(Map<String, byte[]> all) {
            table.relisted(prefix, all);
            unproven = null;
            read = true;
            current = true;
        }

        void prove() {
            if (unproven != null && !asking) {
                asking = true;
                again.cancel();
                int asked = lists;
                store.get(proof).whenComplete((value, failure) -> post(() -> proven(asked, failure == null && value.isPresent())));
            }
        }

        private void proven(int asked, boolean there) {
            asking = false;
            if (unproven == null) {
                return;
            }
            if (asked != lists) {
                prove();
            } else if (there) {
                take(unproven);
            } else {
                again = loop.schedule(ASK_AGAIN, () -> post(this::prove));
            }
        }
    }
}
