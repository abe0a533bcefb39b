package io.roadstead.kernel.mesh.publish;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.cluster.MirroredSlices;
import io.roadstead.kernel.mesh.MeshSettings;
import io.roadstead.kernel.mesh.schema.ClusterConfigEntry;
import io.roadstead.kernel.mesh.schema.IdentityEntry;
import io.roadstead.kernel.mesh.schema.IpEntry;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.MeshKind;
import io.roadstead.kernel.mesh.schema.MeshLayout;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.RefusedValueException;

/**
 * Writes the own cluster's objects into its store, as the one that does. Begins when everything is known: what the store holds already, of an earlier publisher, and
 * the cluster's objects. Then come the objects, the canaries, and what the cluster tells of itself, each when the ones before are stored. Used on the mesh loop
 * only.
 */
public final class Publisher {

    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    private static final Duration HEARTBEAT = Duration.ofSeconds(60);
    private static final Duration REFRESH = Duration.ofMinutes(5);
    /** Between seeing a strange configuration and writing the own one again: two that do so do not keep the store busy. */
    private static final Duration CORRECTION = Duration.ofSeconds(1);
    private static final List<MeshKind> KINDS = List.of(MeshKind.IDENTITIES, MeshKind.NODES, MeshKind.ENDPOINTS, MeshKind.SERVICES);

    private final MeshStore store;
    private final Loop loop;
    private final InstantSource clock;
    private final Owner owner;
    private final byte[] config;
    private final PublishedKeys keys;
    private final Identities identities;
    private final NodeShare nodes;
    private final ServiceShare services;
    private final AddressShare addresses;

    private final Map<MeshKind, Registration> listings = new EnumMap<>(MeshKind.class);
    private final Set<String> found = new HashSet<>();
    private final List<Registration> registrations = new ArrayList<>();
    private @Nullable TimerHandle heartbeat;
    private @Nullable TimerHandle refresh;
    private @Nullable TimerHandle correction;
    private @Nullable Instant strangeConfig;
    private boolean started;
    private boolean synced;
    private boolean publishing;
    private boolean configured;
    private boolean stopped;

    /**
     * Writes nothing yet.
     *
     * @param store of the own cluster, which nobody else may write to meanwhile
     * @throws IllegalArgumentException when the cluster has no id in the mesh's range
     */
    public Publisher(MeshStore store, MeshSettings settings, Loop loop, InstantSource clock) {
        this.store = store;
        this.loop = loop;
        this.clock = clock;
        this.owner = new Owner(settings.cluster(), settings.clusterId(), settings.maxConnectedClusters());
        this.config = new ClusterConfigEntry(settings.clusterId(), true, false, settings.maxConnectedClusters(), null,
                ClusterConfigEntry.SliceExport.NONE).encode();
        this.keys = new PublishedKeys(store);
        this.identities = new Identities(owner, keys);
        this.nodes = new NodeShare(owner, keys);
        this.services = new ServiceShare(owner, keys);
        this.addresses = new AddressShare(owner, keys, identities);
    }

    /** Begins to look at what the store holds. Objects may come before and after. */
    public void start() {
        started = true;
        MeshLayout layout = new MeshLayout(owner.cluster(), false);
        for (MeshKind kind : KINDS) {
            listings.put(kind, store.watch(layout.prefix(kind), new OnList(all -> listed(kind, layout.prefix(kind), all))));
        }
        registrations.add(store.watch(MeshKeys.clusterConfig(owner.cluster()), new OnConfig()));
    }

    /** Takes changed objects, and writes what changes by them. */
    public void objects(ObjectChanges changes) {
        changes.objects().forEach(this::take);
        synced |= changes.synced();
        settle();
    }

    /** Ends at once and deletes nothing. The store keeps what was put for as long as it is open: it is the caller's to close, before another publishes. */
    public void stop() {
        stopped = true;
        listings.values().forEach(Registration::close);
        registrations.forEach(Registration::close);
        cancel(heartbeat);
        cancel(refresh);
        cancel(correction);
    }

    /** What is published now. */
    public MeshView.Counts counts() {
        return publishing
                ? new MeshView.Counts(nodes.count(), addresses.count(), identities.count(), services.count())
                : new MeshView.Counts(0, 0, 0, 0);
    }

    /** What is not published as it ought to be, each with its remedy. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        keys.problems().forEach(problems::add);
        if (addresses.withoutIdentity() > 0) {
            problems.add(
                    addresses.withoutIdentity() + " addresses are not published: cluster " + owner.cluster() + " has no identity left for "
                            + "their labels; use fewer distinct sets of Pod labels");
        }
        if (strangeConfig != null && clock.instant().isBefore(strangeConfig.plus(REFRESH))) {
            problems.add("another writer changed " + MeshKeys.clusterConfig(owner.cluster()) + " at " + strangeConfig
                    + ", and it was written again; stop that writer, or give it a store or a cluster name of its own");
        }
        return problems;
    }

    private void take(ResourceKey key, Optional<Resource> changed) {
        switch (key.kind()) {
            case Node.KIND -> {
                nodes.node(key.name(), changed.map(Node.class::cast));
                addresses.node(key.name(), changed.map(Node.class::cast));
            }
            case CiliumNode.KIND -> nodes.ciliumNode(key.name(), changed.map(CiliumNode.class::cast));
            case Service.KIND -> services.service(key, changed.map(Service.class::cast));
            case EndpointSlice.KIND -> {
                Optional<EndpointSlice> slice = changed.map(EndpointSlice.class::cast).filter(object -> !MirroredSlices.contains(object));
                services.slice(key, slice);
                addresses.slice(key, slice);
            }
            case Pod.KIND -> addresses.pod(key, changed.map(Pod.class::cast));
            default -> {
            } // not published
        }
    }

    private void listed(MeshKind kind, String prefix, Map<String, byte[]> all) {
        Registration listing = listings.remove(kind);
        if (listing == null) {
            return;
        }
        listing.close();
        all.forEach((key, value) -> {
            if (isOwn(kind, key.substring(prefix.length()), value)) {
                found.add(key);
            }
        });
        settle();
    }

    /** Addresses and identities of several clusters may lie under one prefix. */
    private boolean isOwn(MeshKind kind, String suffix, byte[] value) {
        try {
            return switch (kind) {
                case NODES, SERVICES -> true;
                case ENDPOINTS -> owner.ownsIdentity(IpEntry.decode(owner, suffix, value).identity());
                case IDENTITIES -> {
                    identities.takeOver(IdentityEntry.decode(owner, suffix, value));
                    yield true;
                }
                case ENDPOINT_SLICES, SERVICE_EXPORTS -> false;
            };
        } catch (RefusedValueException ignored) { // another's, or of no use to anybody
            return false;
        }
    }

    private void settle() {
        if (!started || stopped || !synced || !listings.isEmpty()) {
            return;
        }
        nodes.settle();
        addresses.settle();
        services.settle();
        if (!publishing) {
            publishing = true;
            keys.deleteStale(found);
            found.clear();
            whenStored(this::writeCanaries);
        }
    }

    private void writeCanaries() {
        log.info("published cluster={} counts={}", owner.cluster(), counts());
        KINDS.forEach(kind -> store.put(MeshKeys.canary(owner.cluster(), kind), now()));
        whenStored(() -> {
            configured = true;
            store.put(MeshKeys.HAS_CLUSTER_CONFIG, "true".getBytes(StandardCharsets.UTF_8));
            refreshConfig();
            whenStored(this::beat);
        });
    }

    private void refreshConfig() {
        store.put(MeshKeys.clusterConfig(owner.cluster()), config);
        cancel(correction);
        correction = null;
        cancel(refresh);
        refresh = loop.schedule(REFRESH, this::refreshConfig);
    }

    private void beat() {
        cancel(heartbeat);
        store.put(MeshKeys.HEARTBEAT, now());
        heartbeat = loop.schedule(HEARTBEAT, this::beat);
    }

    private void configSeen(byte @Nullable [] value) {
        if (value != null && !configured && heartbeat == null) {
            beat(); // readers follow this store already: it has to look alive while it is being filled
        }
        boolean strange = configured && !Arrays.equals(value, config);
        if (strange && correction == null) {
            strangeConfig = value == null ? strangeConfig : clock.instant();
            correction = loop.schedule(CORRECTION, this::refreshConfig);
        }
    }

    /** Hears what is there, once. */
    private final class OnList implements MeshStore.Watcher {
        private final Consumer<Map<String, byte[]>> then;

        private OnList(Consumer<Map<String, byte[]>> then) {
            this.then = then;
        }

        @Override
        public void listed(Map<String, byte[]> all) {
            loop.execute(() -> {
                if (!stopped) {
                    then.accept(all);
                }
            });
        }

        @Override
        public void changed(List<MeshStore.Event> events) {
            // of an earlier publisher that is about to end
        }

        @Override
        public void interrupted(String reason) {
            // a list comes when the store is there again
        }
    }

    /** Sees to it that the cluster's configuration is what this publisher says. */
    private final class OnConfig implements MeshStore.Watcher {
        private final String key = MeshKeys.clusterConfig(owner.cluster());

        @Override
        public void listed(Map<String, byte[]> all) {
            seen(all.get(key));
        }

        @Override
        public void changed(List<MeshStore.Event> events) {
            for (MeshStore.Event event : events) {
                if (event.key().equals(key)) {
                    seen(event.type() == MeshStore.Event.Type.PUT ? event.value() : null);
                }
            }
        }

        @Override
        public void interrupted(String reason) {
            // a list comes when the store is there again
        }

        private void seen(byte @Nullable [] value) {
            loop.execute(() -> {
                if (!stopped) {
                    configSeen(value);
                }
            });
        }
    }

    /** When the store ends before, nothing more is to be done. */
    private void whenStored(Runnable next) {
        store.flush().thenRun(() -> loop.execute(() -> {
            if (!stopped) {
                next.run();
            }
        }));
    }

    private byte[] now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void cancel(@Nullable TimerHandle timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
