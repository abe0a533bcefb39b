package io.roadstead.kernel.fib;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.kernel.route.PeerInfo;
import io.roadstead.kernel.route.RouteController;

/**
 * What BGP peers tell, as far as it may be installed. Tables are read again, one at a time, after their best paths changed. Confined to the control loop.
 */
final class LearnedRoutes {

    private static final Logger log = LoggerFactory.getLogger(LearnedRoutes.class);
    /** How long the peers are waited for before routes of an earlier run that they do not tell of go (RFC 4724 §4.1, Selection_Deferral_Timer). */
    private static final Duration CONVERGENCE_LIMIT = Duration.ofSeconds(60);

    private final Loop control;
    private final RouteController routes;
    private final Runnable changed;
    private final Map<Table, Map<IpPrefix, LearnedRoute>> tables = new TreeMap<>();
    /** What was known when another protocol took the place of the one before, whose peers have not told everything again yet. */
    private final Map<Table, Map<IpPrefix, LearnedRoute>> held = new HashMap<>();
    private final Set<Table> stale = new HashSet<>();
    private final Set<Table> reading = new HashSet<>();
    private List<IpPrefix> within = List.of();
    private @Nullable PeerProtocol<?> protocol;
    private TimerHandle limit = () -> {
    };
    private boolean following;
    private boolean converging;
    private boolean converged;

    LearnedRoutes(Loop control, RouteController routes, Runnable changed) {
        this.control = control;
        this.routes = routes;
        this.changed = changed;
    }

    /** Learns what lies within these prefixes from now on. */
    void start(List<IpPrefix> prefixes) {
        if (!following) {
            following = true;
            routes.onLearned((instance, family) -> look(new Table(instance, family)));
            routes.onPeerChange(this::peersChanged);
            limit = control.schedule(CONVERGENCE_LIMIT, this::converge);
        }
        if (!within.equals(prefixes)) {
            within = List.copyOf(prefixes);
            tables.clear();
            held.clear();
            lookAtAll();
        }
    }

    private void lookAtAll() {
        for (PeerInfo peer : routes.peers()) {
            for (AfiSafi family : AfiSafi.values()) {
                look(new Table(peer.id().instance(), family));
            }
        }
    }

    /** One per prefix; of several instances the first by name counts. */
    Collection<LearnedRoute> routes() {
        Map<IpPrefix, LearnedRoute> all = new HashMap<>();
        tables.values().forEach(table -> table.forEach(all::putIfAbsent));
        return all.values();
    }

    /** Whether peers have told what they have to tell, or have had the time to; begins anew with another protocol. */
    boolean converged() {
        return converged || within.isEmpty();
    }

    /** Tables are read once more: what peers told before they said that it was all may not be in them yet. */
    private void converge() {
        if (!converged && !converging) {
            converging = true;
            held.clear();
            lookAtAll();
            finishConverging();
        }
    }

    private void finishConverging() {
        if (converging && stale.isEmpty() && reading.isEmpty()) {
            converging = false;
            converged = true;
            limit.cancel();
            changed.run();
        }
    }

    private void peersChanged() {
        followProtocol();
        Set<String> instances = new HashSet<>();
        routes.peers().forEach(peer -> instances.add(peer.id().instance()));
        if (tables.keySet().removeIf(table -> !instances.contains(table.instance))) {
            changed.run();
        }
        if (!routes.peers().isEmpty() && routes.peers().stream().allMatch(LearnedRoutes::told)) {
            converge();
        }
    }

    /** While there is none, as in a plugin's upgrade, routes stay; with another one, until its peers have told what they have. */
    private void followProtocol() {
        PeerProtocol<?> now = routes.protocol().orElse(null);
        if (now != null && !now.equals(protocol)) {
            if (protocol != null) {
                held.putAll(tables);
                converged = false;
                converging = false;
                limit.cancel();
                limit = control.schedule(CONVERGENCE_LIMIT, this::converge);
            }
            protocol = now;
        }
    }

    private static boolean told(PeerInfo peer) {
        PeerStatus status = peer.session() == null ? null : peer.session().status();
        return status != null && status.established() != null
                && status.families().values().stream().allMatch(family -> !family.negotiated() || family.endOfRibReceived());
    }

    private void look(Table table) {
        if (within.stream().noneMatch(prefix -> AfiSafi.unicast(prefix.family()) == table.family)) {
            return;
        }
        stale.add(table);
        if (reading.add(table)) {
            read(table);
        }
    }

    private void read(Table table) {
        Optional<PeerProtocol<?>> speaking = routes.protocol();
        stale.remove(table);
        if (speaking.isEmpty()) {
            reading.remove(table);
            return;
        }
        speaking.get().rib(table.instance, table.family).whenComplete((rib, failure) -> control.execute(() -> {
            reading.remove(table);
            if (failure == null) {
                take(table, rib);
            } else {
                log.warn("a table of learned routes cannot be read instance={} family={} cause={}", table.instance, table.family,
                        failure.toString());
            }
            if (stale.contains(table)) {
                look(table);
            }
            finishConverging();
        }));
    }

    private void take(Table table, List<RibEntry> rib) {
        Map<IpPrefix, List<RibEntry>> usable = new LinkedHashMap<>();
        for (RibEntry entry : rib) {
            if ((entry.best() || entry.multipath()) && within.stream().anyMatch(prefix -> prefix.contains(entry.prefix()))) {
                usable.computeIfAbsent(entry.prefix(), prefix -> new ArrayList<>()).add(entry);
            }
        }
        Map<IpPrefix, LearnedRoute> now = new HashMap<>();
        usable.forEach((prefix, entries) -> now.put(prefix, new LearnedRoute(prefix,
                entries.stream().map(entry -> entry.attributes().nextHop()).distinct().toList(), entries.getFirst().peer().toString())));
        held.getOrDefault(table, Map.of()).forEach(now::putIfAbsent);
        if (!now.equals(tables.put(table, now))) {
            changed.run();
        }
    }

    /** Of one instance. */
    private record Table(String instance, AfiSafi family) implements Comparable<Table> {
        @Override
        public int compareTo(Table other) {
            int byInstance = instance.compareTo(other.instance);
            return byInstance != 0 ? byInstance : family.compareTo(other.family);
        }
    }
}
