package io.roadstead.kernel.mesh;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.time.Loop;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.mesh.publish.ObjectChanges;
import io.roadstead.kernel.mesh.publish.Publisher;

/**
 * The own cluster's store, open while this agent leads, and what is published in it. Used on the mesh loop, unless it says otherwise.
 */
final class OwnCluster {

    private static final Logger log = LoggerFactory.getLogger(OwnCluster.class);
    private static final String ROLE = "mesh";
    private static final Duration REFRESH = Duration.ofSeconds(1);

    private final Loop mesh;
    private final Loop control;
    private final InstantSource clock;
    private final ClusterState cluster;
    private final Supplier<MeshSettings> settings;
    private final Consumer<String> storeId;
    private @Nullable Function<MeshStore.Listener, MeshStore> opener;
    private @Nullable Term term;
    private volatile @Nullable Publishing publishing;
    private volatile String problem = "";

    /** @param storeId told the identity of the own store */
    OwnCluster(Loop mesh, Loop control, InstantSource clock, ClusterState cluster, Supplier<MeshSettings> settings,
            Consumer<String> storeId) {
        this.mesh = mesh;
        this.control = control;
        this.clock = clock;
        this.cluster = cluster;
        this.settings = settings;
        this.storeId = storeId;
    }

    /** Where the own cluster's objects go; null for nowhere. Ends what went elsewhere before. */
    void store(@Nullable Function<MeshStore.Listener, MeshStore> way) {
        end();
        opener = way;
        decide();
    }

    /** Begins anew: the cluster is another member of the mesh than before. */
    void begin() {
        end();
        decide();
    }

    /** As {@link MeshController#serve}; any thread. */
    Registration serve(@Nullable LeaderElection election) {
        Term begun = new Term();
        mesh.execute(() -> term = begun);
        Registration contending = () -> {
        };
        if (election == null) {
            lead(begun, true);
        } else {
            contending = election.contend(ROLE, leads -> lead(begun, leads));
        }
        Registration role = contending;
        return () -> {
            lead(begun, false);
            role.close();
            mesh.execute(() -> {
                if (begun.equals(term)) {
                    term = null;
                }
            });
        };
    }

    private void lead(Term of, boolean leads) {
        of.leads = leads;
        Publishing open = publishing;
        if (!leads && open != null && open.term.equals(of)) {
            open.giveUp(); // at once, not when the loop comes to it: another agent may begin as soon as this returns
        }
        mesh.execute(this::decide);
    }

    private void decide() {
        Term current = term;
        boolean shall = current != null && current.leads && opener != null && inMesh(settings.get());
        Publishing open = publishing;
        if (open != null && (!shall || open.givenUp || !open.term.equals(current))) {
            end();
            open = null;
        }
        if (shall && open == null && current != null && opener != null) {
            begin(current, opener);
        }
    }

    private static boolean inMesh(MeshSettings settings) {
        return settings.clusterId() >= 1 && settings.clusterId() <= settings.maxConnectedClusters();
    }

    private void begin(Term current, Function<MeshStore.Listener, MeshStore> way) {
        MeshStore store;
        try {
            store = way.apply(new Connected());
        } catch (RoadsteadException failed) {
            problem = String.valueOf(failed.getMessage());
            log.warn("the own store cannot be opened, nothing is published problem=\"{}\"", problem);
            return;
        }
        problem = "";
        Publisher publisher = new Publisher(store, settings.get(), mesh, clock);
        Publishing begun = new Publishing(current, store, publisher);
        publishing = begun;
        if (!current.leads) { // whoever ended the term may have looked for the store before it was there
            end();
            return;
        }
        publisher.start();
        begun.follow();
        begun.refresh();
    }

    /** Writes no more. What was written stays. */
    private void end() {
        Publishing open = publishing;
        publishing = null;
        if (open != null) {
            open.end();
        }
    }

    /** The own store as it is now; null when this agent does not publish; any thread. */
    @Nullable
    StoreStatus status() {
        Publishing open = publishing;
        return open == null ? null : open.store.status();
    }

    /** What is published; null when nothing is; any thread. */
    MeshView.@Nullable Counts published() {
        Publishing open = publishing;
        return open == null ? null : open.counts;
    }

    /** Everything that somebody should look at; any thread. */
    List<String> problems() {
        Publishing open = publishing;
        if (open == null) {
            return problem.isEmpty() ? List.of() : List.of(problem);
        }
        return open.problems;
    }

    /** Tells who is at the other end. */
    private final class Connected implements MeshStore.Listener {
        @Override
        public void connected(String id) {
            mesh.execute(() -> storeId.accept(id));
        }

        @Override
        public void disconnected(String reason) {
            // shown by the store's status
        }
    }

    /** A time in which this agent may lead, and whether it does. */
    private static final class Term {
        private volatile boolean leads;
    }

    /** What there is of a publisher. */
    private final class Publishing {
        private final Term term;
        private final MeshStore store;
        private final Publisher publisher;
        /** Confined to the control loop. */
        private Registration listening = () -> {
        };
        private boolean ended;
        private volatile boolean givenUp;
        private volatile MeshView.Counts counts = new MeshView.Counts(0, 0, 0, 0);
        private volatile List<String> problems = List.of();

        private Publishing(Term term, MeshStore store, Publisher publisher) {
            this.term = term;
            this.store = store;
            this.publisher = publisher;
        }

        private void follow() {
            control.execute(() -> {
                listening = cluster.listen((changes, view) -> tell(ObjectChanges.of(changes, view)));
                tell(ObjectChanges.all(cluster.view(), cluster.synced()));
            });
        }

        /** On the control loop. */
        private void tell(ObjectChanges changes) {
            if (!changes.isEmpty()) {
                mesh.execute(() -> {
                    if (!ended) {
                        publisher.objects(changes);
                    }
                });
            }
        }

        /** Any thread. */
        private void giveUp() {
            givenUp = true;
            store.close();
        }

        private void end() {
            ended = true;
            publisher.stop();
            giveUp();
            control.execute(() -> listening.close());
        }

        /** Shows what the publisher says of itself, again and again. */
        private void refresh() {
            if (!ended) {
                counts = publisher.counts();
                problems = publisher.problems();
                mesh.schedule(REFRESH, this::refresh);
            }
        }
    }
}
