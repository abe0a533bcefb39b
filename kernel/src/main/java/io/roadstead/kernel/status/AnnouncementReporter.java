package io.roadstead.kernel.status;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterListener;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.cluster.WritingTerm;
import io.roadstead.kernel.ipam.AddressController;
import io.roadstead.kernel.loop.SteadyTime;
import io.roadstead.kernel.maintenance.MaintenanceSettings;
import io.roadstead.kernel.maintenance.NodeCauses;
import io.roadstead.kernel.route.ClusterAnnouncements;
import io.roadstead.kernel.route.RouteController;
import io.roadstead.kernel.route.ServiceAnnouncement;

/**
 * Has the leader say on each Service from where it is announced, slowly and in small slices of the control loop: everybody who watches Services gets each change of
 * one. The arithmetic is in docs/decisions/0016. Confined to the control loop but for {@link #serve}.
 */
public final class AnnouncementReporter implements ClusterListener, WritingTerm.Holder {

    /** The role that agents contend for. */
    public static final String ROLE = "announcements";

    /** How many changes of Services are given to watchers in a second, all agents together. */
    private static final int WATCHED_CHANGES_PER_SECOND = 10_000;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
    private static final Duration SLICE_EVERY = Duration.ofMillis(100);
    private static final Duration LONGEST_SLICE = Duration.ofMillis(2);
    private static final int NODES_PER_SLICE = 200;
    private static final int SERVICES_PER_SLICE = 50;
    private static final Duration SETTLES = Duration.ofSeconds(5);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration PER_SERVICE = Duration.ofSeconds(30);
    private static final Duration SESSIONS_EVERY = Duration.ofSeconds(60);
    private static final Duration ALL_EVERY = Duration.ofMinutes(10);
    private static final Set<String> CONFIG_KINDS = Set.of(BgpClusterConfig.KIND, BgpPeerConfig.KIND, BgpAdvertisement.KIND,
            BgpNodeConfigOverride.KIND, SecretObject.KIND);
    private static final Logger log = LoggerFactory.getLogger(AnnouncementReporter.class);

    private final Loop control;
    private final SteadyTime clock;
    private final ClusterState cluster;
    private final RouteController routes;
    private MaintenanceSettings maintenance;
    private @Nullable WritingTerm term;
    private @Nullable Work work;

    public AnnouncementReporter(Loop control, SteadyTime clock, ClusterState cluster, RouteController routes,
            MaintenanceSettings maintenance) {
        this.control = control;
        this.clock = clock;
        this.cluster = cluster;
        this.routes = routes;
        this.maintenance = maintenance;
    }

    /** Follows the cluster from now on. */
    public Registration start() {
        return cluster.listen(this);
    }

    /** Takes changed settings; what decides by others of the agent's settings is told by this as well. */
    public void reconfigure(MaintenanceSettings changed) {
        maintenance = changed;
        if (work != null) {
            begin();
        }
    }

    /**
     * Writes to this writer from now on, instead of to any former one, until the registration is closed. On any thread.
     *
     * @param election null makes this agent lead
     */
    public Registration serve(StatusWriter writer, @Nullable LeaderElection election) {
        return WritingTerm.begin(control, ROLE, writer, election, this);
    }

    @Override
    public void termBegan(WritingTerm begun) {
        term = begun;
        begin();
    }

    @Override
    public void leadChanged(WritingTerm changed, boolean leads) {
        begin();
    }

    @Override
    public void termEnded(WritingTerm ended) {
        if (ended.equals(term)) {
            term = null;
            work = null;
        }
    }

    /** Anew, or not at all. */
    private void begin() {
        WritingTerm current = term;
        if (current == null || !current.leads() || !cluster.synced()) {
            work = null;
            return;
        }
        MaintenanceSettings settings = maintenance;
        work = new Work(current, routes.announcements(node -> !NodeCauses.of(node, settings).isEmpty(), settings.keep()));
        work.all(FIRST);
        work.soon(Duration.ZERO);
    }

    @Override
    public void changed(ChangeSet changes, ClusterView view) {
        Work now = work;
        if (now == null) {
            if (changes.synced()) {
                begin();
            }
            return;
        }
        changes.keys().forEach(key -> now.changed(key, view));
    }

    /** How many Services wait to be looked at; for status and tests. */
    int waiting() {
        return work == null ? 0 : work.prompt.size() + work.others.size();
    }

    /** What was written last; a null condition took it away. */
    private record Written(@Nullable Condition condition, Instant at) {
    }

    /** Of one leader. */
    private final class Work {
        private final WritingTerm of;
        private final ClusterAnnouncements announcements;
        /** Services that changed themselves. */
        private final DueQueue prompt = new DueQueue();
        /** Services around which something changed. */
        private final DueQueue others = new DueQueue();
        private final Map<ResourceKey, Written> written = new HashMap<>();
        private Instant mayWrite = clock.instant();
        private Instant countSessions = clock.instant();
        private Instant lookAtAll = clock.instant().plus(ALL_EVERY);
        private boolean sessionsChanged = true;
        private @Nullable Instant wakes;

        Work(WritingTerm of, ClusterAnnouncements announcements) {
            this.of = of;
            this.announcements = announcements;
        }

        void changed(ResourceKey key, ClusterView view) {
            switch (key.kind()) {
                case Service.KIND -> service(key, view);
                case Node.KIND -> announcements.nodeChanged(key.name());
                case BgpNodeConfig.KIND -> {
                    announcements.sessionsChanged(key.name());
                    sessionsChanged = true;
                }
                default -> {
                    if (!CONFIG_KINDS.contains(key.kind())) {
                        return;
                    }
                    announcements.configChanged();
                }
            }
            soon(SLICE_EVERY);
        }

        private void service(ResourceKey key, ClusterView view) {
            Optional<Service> service = view.get(Service.class, key.namespace(), key.name());
            if (service.isEmpty()) {
                prompt.remove(key);
                others.remove(key);
                written.remove(key);
            } else {
                boolean first = !written.containsKey(key) && condition(service.get()) == null;
                prompt.add(key, clock.instant().plus(first ? FIRST : SETTLES));
            }
        }

        /** Has all Services looked at after that time. */
        void all(Duration after) {
            Instant at = clock.instant().plus(after);
            cluster.view().all(Service.class).forEach(service -> others.add(service.key(), at));
        }

        void soon(Duration after) {
            Instant at = clock.instant().plus(after);
            if (wakes == null || at.isBefore(wakes)) {
                wakes = at;
                control.schedule(after, () -> {
                    if (equals(work) && at.equals(wakes)) {
                        wakes = null;
                        slice();
                    }
                });
            }
        }

        private void slice() {
            ClusterView view = cluster.view();
            Instant now = clock.instant();
            if (announcements.work(view, NODES_PER_SLICE)) {
                all(SETTLES);
            }
            if (!announcements.ready()) {
                soon(SLICE_EVERY);
                return;
            }
            if (sessionsChanged && !now.isBefore(countSessions)) {
                sessionsChanged = false;
                countSessions = now.plus(SESSIONS_EVERY);
                announcements.countSessions(view);
                all(SETTLES); // also those with endpoints on a node whose sessions changed, which no sum shows
            }
            if (!now.isBefore(lookAtAll)) {
                lookAtAll = now.plus(ALL_EVERY);
                all(Duration.ZERO);
            }
            services(view, now);
            next(now);
        }

        private void services(ClusterView view, Instant now) {
            Instant end = now.plus(LONGEST_SLICE);
            for (int i = 0; i < SERVICES_PER_SLICE && !now.isBefore(mayWrite) && !clock.instant().isAfter(end); i++) {
                Optional<ResourceKey> due = prompt.poll(now).or(() -> others.poll(now));
                if (due.isEmpty()) {
                    return;
                }
                try {
                    look(due.get(), view, now);
                } catch (RuntimeException failure) { // one Service's matter; it is looked at again in a while
                    log.error("announcement of a service cannot be told service={}", due.get(), failure);
                }
            }
        }

        private void look(ResourceKey key, ClusterView view, Instant now) {
            Optional<Service> service = view.get(Service.class, key.namespace(), key.name());
            if (service.isEmpty()) {
                return;
            }
            Optional<ServiceAnnouncement> announcement = announcements.of(key, view);
            if (announcement.isEmpty()) {
                others.add(key, now);
                return;
            }
            Condition wanted = concerned(service.get(), announcement.get(), view) ? AnnouncementText.of(announcement.get()) : null;
            Written last = written.get(key);
            Condition stored = condition(service.get());
            if (same(wanted, stored) || last != null && same(wanted, last.condition) && now.isBefore(last.at.plus(ALL_EVERY))) {
                return;
            }
            if (last != null && now.isBefore(last.at.plus(PER_SERVICE))) {
                others.add(key, last.at.plus(PER_SERVICE));
                return;
            }
            if (of.leads()) {
                written.put(key, new Written(wanted, now));
                Duration pause = Duration.ofSeconds(announcements.nodes()).dividedBy(WATCHED_CHANGES_PER_SECOND);
                mayWrite = now.plus(pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause);
                of.writer().write(List.of(new StatusUpdate.ServiceAnnouncement(key, wanted)));
            }
        }

        private static boolean same(@Nullable Condition one, @Nullable Condition other) {
            return one == null ? other == null : one.equals(other);
        }

        /** Sets the timer for what comes next, which is at least the look at all. */
        private void next(Instant now) {
            Instant next = lookAtAll;
            if (sessionsChanged && countSessions.isBefore(next)) {
                next = countSessions;
            }
            for (DueQueue queue : List.of(prompt, others)) {
                Instant due = queue.next().orElse(next);
                due = due.isBefore(mayWrite) ? mayWrite : due;
                next = due.isBefore(next) ? due : next;
            }
            Duration wait = Duration.between(now, next);
            soon(wait.compareTo(SLICE_EVERY) < 0 ? SLICE_EVERY : wait);
        }
    }

    private static @Nullable Condition condition(Service service) {
        return service.status().conditions().stream().filter(condition -> condition.type().equals(StatusUpdate.ServiceAnnouncement.TYPE))
                .findFirst().orElse(null);
    }

    /** Whether its owner may expect it to be announced by us. */
    private static boolean concerned(Service service, ServiceAnnouncement announcement, ClusterView view) {
        String ofClass = service.spec().loadBalancerClass();
        boolean ours = service.spec().type() == ServiceType.LOAD_BALANCER
                && (ofClass == null || AddressController.LOAD_BALANCER_CLASSES.contains(ofClass));
        return !view.all(BgpClusterConfig.class).isEmpty()
                && (announcement.selected() || ours || !service.spec().externalIps().isEmpty());
    }
}
