package io.roadstead.kernel.mesh.remote;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.mesh.MeshSettings;
import io.roadstead.kernel.mesh.schema.ClusterConfigEntry;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.Owner;

/**
 * One remote cluster: from the connection to its store, over what the cluster tells of itself, to everything that it shares. A lost connection begins this anew, and
 * takes nothing away: what was learned goes when the cluster is no longer configured, or has another id.
 */
final class RemoteReader {

    private static final Logger log = LoggerFactory.getLogger(RemoteReader.class);
    private static final int MOST_REFUSALS = 20;
    private static final StoreStatus NO_STORE = new StoreStatus(false, "", List.of(), 0, 0, 0, "", 0, null, "", "");
    private static final int DEFAULT_MOST_CLUSTERS = 255;

    private final String name;
    private final Reading reading;
    private @Nullable Session session;
    private @Nullable Synchronization sync;
    private @Nullable Learned learned;
    /** The last that was accepted; what was learned was read by it. */
    private @Nullable ClusterConfigEntry config;
    /** Why what the cluster tells of itself is not accepted; empty when it is. */
    private String refusal = "";
    /** Tells a store's late callbacks from those of the one in use. */
    private int opened;
    private String unopened = "no backend is loaded";
    private boolean announced;
    private boolean settled;
    private boolean current;
    private @Nullable Instant lostSince;
    private @Nullable Instant lastSign;
    private byte @Nullable [] sign;
    /** Whether it counts as up to date only after a sign of life. */
    private boolean stalled;
    private boolean publishing;
    private volatile @Nullable MeshStore store;
    private volatile ReaderState state;

    RemoteReader(String name, Reading reading) {
        this.name = name;
        this.reading = reading;
        this.state = now();
    }

    String name() {
        return name;
    }

    /** As last published; any thread. */
    MeshView.Remote view() {
        MeshStore open = store;
        return state.view(open == null ? NO_STORE : open.status(), reading.clock());
    }

    /** Whether everything has been read once, or cannot be for a reason that time does not mend. */
    boolean settled() {
        return settled;
    }

    /** The identity of the store that it reads; empty while unknown. */
    String storeId() {
        MeshStore open = store;
        return open == null ? "" : open.status().storeId();
    }

    /** As {@link #storeId}, once its cluster's data was found there; empty for a copy in another cluster's store. */
    String ownStore() {
        return config == null || config.cached() ? "" : storeId();
    }

    /** Begins to read over a store of its own. */
    void open(StoreOpener opener) {
        closeStore();
        int mine = opened;
        try {
            store = opener.open(name, new MeshStore.Listener() {
                @Override
                public void connected(String storeId) {
                    post(mine, RemoteReader.this::connected);
                }

                @Override
                public void disconnected(String reason) {
                    post(mine, () -> RemoteReader.this.disconnected(reason));
                }
            });
            unopened = "";
        } catch (RoadsteadException failed) {
            unopened = String.valueOf(failed.getMessage());
            log.warn("a store cannot be opened cluster={} problem=\"{}\"", name, unopened);
        }
        changed();
    }

    /** Reads no more; what was learned stays. */
    void close(String why) {
        closeStore();
        unopened = why;
        lost(reading.clock().instant());
        changed();
    }

    private void closeStore() {
        opened++;
        endSession();
        MeshStore open = store;
        store = null;
        if (open != null) {
            open.close();
        }
    }

    /** Forgets everything: the cluster is no longer configured. */
    void remove() {
        closeStore();
        drain();
    }

    /** Checks again what another cluster's id, or our own settings, may have refused. */
    void retry() {
        if (session != null && session.config().isPresent()) {
            accept(session, session.config().get());
            changed();
        }
    }

    private void post(int mine, Runnable step) {
        reading.loop().execute(() -> {
            if (mine == opened) {
                step.run();
                changed();
            }
        });
    }

    private void connected() {
        endSession();
        if (store != null) {
            Session begun = new Session(name, store, reading, new Following());
            session = begun;
            begun.start(sign);
        }
    }

    private void disconnected(String reason) {
        if (session != null) {
            log.info("connection lost cluster={} reason=\"{}\"", name, reason);
        }
        endSession();
        lost(reading.clock().instant());
    }

    private void endSession() {
        endSync();
        if (session != null) {
            session.close();
            session = null;
        }
        refusal = "";
    }

    private void endSync() {
        if (sync != null) {
            sync.close();
            sync = null;
        }
        current = false;
    }

    /** What a session tells. */
    private final class Following implements Session.Host {
        @Override
        public void told(ClusterConfigEntry entry) {
            if (session != null) {
                accept(session, entry);
            }
        }

        @Override
        public void alive(byte[] value) {
            lastSign = reading.clock().instant();
            sign = value;
            stalled = false;
            stepped();
            RemoteReader.this.changed();
        }

        @Override
        public void stalled(Instant since) {
            stalled = true;
            lost(since);
            useless("no heartbeat since " + since);
        }

        @Override
        public void useless(String reason) {
            log.warn("connecting anew cluster={} reason=\"{}\"", name, reason);
            MeshStore open = store;
            endSession();
            lost(reading.clock().instant());
            if (open != null) {
                open.reconnect(reason);
            }
            RemoteReader.this.changed();
        }

        @Override
        public void changed() {
            RemoteReader.this.changed();
        }

        @Override
        public String hint() {
            return reading.sameStore().apply(RemoteReader.this)
                    .map(other -> ", and its store is that of cluster " + other + ": give every cluster one name").orElse("");
        }
    }

    /** Takes over what the cluster tells of itself, and reads by it, unless a rule refuses it. */
    private void accept(Session from, ClusterConfigEntry entry) {
        MeshSettings settings = reading.settings().get();
        if (learned != null
                && (learned.owner().clusterId() != entry.id()
                        || learned.owner().maxConnectedClusters() != settings.maxConnectedClusters())) {
            log.info("the cluster has another id, forgetting everything cluster={} before={} now={}", name, learned.owner().clusterId(),
                    entry.id());
            endSync();
            drain();
        }
        String before = refusal;
        refusal = refuse(entry, settings);
        if (!refusal.isEmpty()) {
            if (!refusal.equals(before)) {
                log.warn("a cluster is refused cluster={} reason=\"{}\"", name, refusal);
            }
            endSync();
            lost(reading.clock().instant());
            settled = true;
            return;
        }
        if (learned == null) {
            learned = new Learned(new Owner(name, entry.id(), settings.maxConnectedClusters()), reading.objects());
        }
        if (sync == null || !entry.equals(config)) {
            if (sync != null) {
                endSync();
                lost(reading.clock().instant());
            }
            config = entry;
            learned.fromSlices(entry.sliceExport() == ClusterConfigEntry.SliceExport.ONLY);
            sync = new Synchronization(from.store(), reading.loop(), entry, learned, () -> {
                stepped();
                changed();
            });
            sync.start();
        }
    }

    /** Why a cluster cannot be read, as a clause with a remedy; empty when it can, and then its id is taken. */
    private String refuse(ClusterConfigEntry entry, MeshSettings settings) {
        int most = settings.maxConnectedClusters();
        int theirs = entry.maxConnectedClusters() == 0 ? DEFAULT_MOST_CLUSTERS : entry.maxConnectedClusters();
        if (theirs != most) {
            return "it allows " + theirs + " connected clusters, this one " + most + "; give all clusters the same maximum";
        }
        if (entry.id() < 1 || entry.id() > most) {
            return "its cluster id " + entry.id() + " is not in 1 to " + most + "; give it one of its own";
        }
        if (entry.id() == settings.clusterId()) {
            return "its cluster id " + entry.id() + " is this cluster's own; give every cluster an id of its own";
        }
        String holder = reading.ids().take(entry.id(), name);
        if (holder != null) {
            Optional<String> same = reading.sameStore().apply(this).filter(holder::equals);
            return "its cluster id " + entry.id() + " is cluster " + holder + "'s"
                    + (same.isPresent() ? ", in the same store; give every cluster one name" : "; give every cluster an id of its own");
        }
        return "";
    }

    /** After a step of the synchronization, or a sign of life. */
    private void stepped() {
        if (sync == null) {
            return;
        }
        settled |= sync.readAll();
        if (sync.readAny() && !announced) {
            announce();
        }
        if (sync.current() && !stalled) {
            if (lostSince != null) {
                lostSince = null;
                announce();
            }
        } else if (current && !sync.current()) {
            lost(reading.clock().instant());
        }
        current = sync.current();
    }

    private void lost(Instant since) {
        if (announced && lostSince == null) {
            lostSince = since;
            announce();
        }
    }

    private void announce() {
        if (learned != null) {
            announced = true;
            reading.objects().cluster(name, learned.owner().clusterId(), lostSince);
        }
    }

    private void drain() {
        if (learned != null) {
            learned.drain();
            reading.objects().clusterGone(name);
            reading.ids().release(learned.owner().clusterId(), name);
            reading.released().run();
        }
        learned = null;
        config = null;
        announced = false;
        lostSince = null;
    }

    private void changed() {
        if (!publishing) {
            publishing = true;
            reading.loop().execute(() -> {
                publishing = false;
                state = now();
                reading.changed().run();
            });
        }
    }

    private ReaderState now() {
        Session connected = session;
        Optional<ClusterConfigEntry> told = connected == null ? Optional.empty() : connected.config();
        List<MeshView.Refusal> refusals = new ArrayList<>();
        int refused = 0;
        if (connected != null && !connected.malformed().isEmpty()) {
            refusals.add(new MeshView.Refusal(MeshKeys.clusterConfig(name), connected.malformed()));
            refused++;
        }
        if (learned != null) {
            refusals.addAll(learned.refusals(MOST_REFUSALS - refused));
            refused += learned.refused();
        }
        boolean ready = sync != null && sync.readAll();
        return new ReaderState(name, connected != null, ready, ready ? "" : notReady(connected), lostSince,
                learned == null ? new MeshView.Counts(0, 0, 0, 0) : learned.counts(), configuration(told.orElse(config), told.isPresent()),
                sync == null ? new MeshView.Synced(false, false, false, false) : sync.synced(), lastSign, refused, refusals);
    }

    private static MeshView.Configuration configuration(@Nullable ClusterConfigEntry known, boolean retrieved) {
        if (known == null) {
            return new MeshView.Configuration(true, retrieved, 0, 0, false, false, "unsupported", "");
        }
        Boolean exports = known.serviceExportsEnabled();
        return new MeshView.Configuration(true, retrieved, known.id(), known.maxConnectedClusters(), known.cached(),
                known.syncedCanaries(), exports == null ? "unsupported" : exports ? "enabled" : "disabled", known.sliceExport().text());
    }

    private String notReady(@Nullable Session connected) {
        if (connected == null) {
            return unopened; // empty when there is a store: its status tells
        }
        if (sync == null) {
            return refusal.isEmpty() ? connected.waiting() : refusal;
        }
        MeshView.Synced synced = sync.synced();
        StringJoiner missing = new StringJoiner(", ", "synchronization in progress for ", "");
        missing(missing, synced.nodes(), "nodes");
        missing(missing, synced.services(), "services");
        missing(missing, synced.endpoints(), "endpoints");
        missing(missing, synced.identities(), "identities");
        return missing.toString();
    }

    private static void missing(StringJoiner all, boolean there, String what) {
        if (!there) {
            all.add(what);
        }
    }
}
