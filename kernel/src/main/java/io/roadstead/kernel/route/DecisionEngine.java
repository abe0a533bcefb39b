package io.roadstead.kernel.route;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;

/**
 * Has advertisers decide, remembers what they decided, and keeps the tables in step. A decision depends on an item of an advertisement and a subject only, so it is
 * made once for all peers; a change of one subject costs one decision per item of its advertiser's type. An advertiser that throws loses nothing: the subject's
 * last good decisions stay and the failure is kept beside them. Confined to the control loop.
 */
final class DecisionEngine {

    private static final Logger log = LoggerFactory.getLogger(DecisionEngine.class);

    private final Map<String, RouteAdvertiser<?>> advertisers = new HashMap<>();
    /** What an advertiser threw when it was asked for its subjects; by type. */
    private final Map<String, String> failures = new TreeMap<>();
    private final SortedMap<EntryKey, EntryState> entries = new TreeMap<>();
    private final Map<TableKey, RouteTable> tables = new HashMap<>();
    private long errors;

    /** Sets, replaces or, with null, removes the advertiser of a type, and decides anew whatever it decides. */
    void advertiser(String type, @Nullable RouteAdvertiser<?> advertiser, ClusterView cluster) {
        failures.remove(type);
        if (advertiser == null) {
            advertisers.remove(type);
        } else {
            advertisers.put(type, advertiser);
        }
        entries.values().stream().filter(entry -> entry.type().equals(type)).forEach(entry -> decideAll(entry, cluster));
    }

    @Nullable
    RouteAdvertiser<?> advertiser(String type) {
        return advertisers.get(type);
    }

    /** Makes tables and items what is wanted; decides new and changed items. */
    void plan(Map<TableKey, SortedMap<EntryKey, PlannedEntry>> wanted, ClusterView cluster) {
        TreeMap<EntryKey, PlannedEntry> live = new TreeMap<>();
        wanted.values().forEach(live::putAll);
        tables.keySet().retainAll(wanted.keySet());
        List<EntryState> fresh = new ArrayList<>();
        Map<EntryKey, EntryState> replaced = new HashMap<>();
        for (EntryState state : List.copyOf(entries.values())) {
            PlannedEntry now = live.get(state.key());
            if (!state.planned().equals(now)) {
                tables.values().forEach(table -> detach(table, state));
                entries.remove(state.key());
                replaced.put(state.key(), state);
            }
        }
        live.forEach((key, planned) -> entries.computeIfAbsent(key, absent -> {
            EntryState state = new EntryState(planned);
            EntryState old = replaced.get(key);
            if (old != null && old.type().equals(state.type())) {
                state.inherit(old); // what stays in force where the advertiser fails
            }
            fresh.add(state);
            return state;
        }));
        wanted.forEach((key, planned) -> {
            RouteTable table = tables.computeIfAbsent(key, RouteTable::new);
            for (EntryKey attached : List.copyOf(table.attached())) {
                EntryState state = entries.get(attached);
                if (state != null && !planned.containsKey(attached)) {
                    detach(table, state);
                }
            }
            planned.keySet().forEach(entry -> attach(table, entry));
        });
        fresh.forEach(state -> decideAll(state, cluster));
    }

    private void attach(RouteTable table, EntryKey key) {
        EntryState state = entries.get(key);
        if (state != null && table.attached().add(key)) {
            RouteAttributes attributes = state.planned().entry().attributes();
            state.decisions().forEach(
                    (subject, decisions) -> EntryState.announced(decisions).forEach(prefix -> table.add(prefix, key, subject, attributes)));
        }
    }

    private static void detach(RouteTable table, EntryState state) {
        if (table.attached().remove(state.key())) {
            state.decisions().forEach((subject, decisions) -> EntryState.announced(decisions)
                    .forEach(prefix -> table.remove(prefix, state.key(), subject)));
        }
    }

    /** Decides everything anew. */
    void decideAll(ClusterView cluster) {
        entries.values().forEach(entry -> decideAll(entry, cluster));
    }

    /** Decides anew what these objects touch. */
    void changed(Collection<ResourceKey> keys, ClusterView cluster) {
        Map<String, Set<ResourceKey>> subjectsByType = new HashMap<>();
        for (EntryState entry : entries.values()) {
            RouteAdvertiser<?> advertiser = advertisers.get(entry.type());
            if (advertiser != null && !entry.planned().nodeExcluded()) {
                Set<ResourceKey> subjects = subjectsByType.computeIfAbsent(entry.type(), type -> affected(advertiser, type, keys, cluster));
                subjects.forEach(subject -> decide(entry, advertiser, subject, cluster));
            }
        }
    }

    private Set<ResourceKey> affected(RouteAdvertiser<?> advertiser, String type, Collection<ResourceKey> keys, ClusterView cluster) {
        Set<ResourceKey> subjects = new LinkedHashSet<>();
        for (ResourceKey key : keys) {
            subjects.addAll(guarded(type, () -> advertiser.affectedBy(key, cluster)));
        }
        return subjects;
    }

    /** Decides these subjects of one type anew. */
    void invalidate(String type, Collection<ResourceKey> subjects, ClusterView cluster) {
        RouteAdvertiser<?> advertiser = advertisers.get(type);
        if (advertiser == null) {
            return;
        }
        for (EntryState entry : entries.values()) {
            if (entry.type().equals(type) && !entry.planned().nodeExcluded()) {
                subjects.forEach(subject -> decide(entry, advertiser, subject, cluster));
            }
        }
    }

    private void decideAll(EntryState entry, ClusterView cluster) {
        RouteAdvertiser<?> advertiser = advertisers.get(entry.type());
        if (advertiser == null || entry.planned().nodeExcluded()) {
            List.copyOf(entry.decisions().keySet()).forEach(subject -> replace(entry, subject, List.of()));
            entry.failures().clear();
            return;
        }
        Set<ResourceKey> subjects = new LinkedHashSet<>(entry.decisions().keySet());
        subjects.addAll(guarded(entry.type(), () -> advertiser.subjects(cluster)));
        subjects.forEach(subject -> decide(entry, advertiser, subject, cluster));
    }

    private void decide(EntryState entry, RouteAdvertiser<?> advertiser, ResourceKey subject, ClusterView cluster) {
        List<RouteDecision> decisions;
        try {
            decisions = List.copyOf(advertiser.decide(subject, entry.planned().entry(), cluster));
        } catch (RuntimeException | LinkageError thrown) { // a plugin's fault must not reach the other subjects
            errors++;
            String problem = entry.type() + " advertiser: " + thrown;
            if (entry.failures().put(subject, problem) == null) {
                log.warn("advertiser failed, its last decisions stay type={} subject={}", entry.type(), subject, thrown);
            }
            if (!entry.decisions().containsKey(subject)) {
                entry.put(subject, List.of(RouteDecision.refuse(null, new Reason(RouteReason.ADVERTISER_FAILED, problem), "")));
            }
            return;
        }
        entry.failures().remove(subject);
        replace(entry, subject, decisions);
    }

    private void replace(EntryState entry, ResourceKey subject, List<RouteDecision> decided) {
        List<RouteDecision> before = entry.decisions().getOrDefault(subject, List.of());
        entry.put(subject, decided);
        List<RouteDecision> now = entry.decisions().getOrDefault(subject, List.of());
        if (now.equals(before)) {
            return;
        }
        Set<IpPrefix> had = EntryState.announced(before);
        Set<IpPrefix> has = EntryState.announced(now);
        if (had.equals(has)) {
            return;
        }
        RouteAttributes attributes = entry.planned().entry().attributes();
        for (RouteTable table : tables.values()) {
            if (table.attached().contains(entry.key())) {
                had.stream().filter(prefix -> !has.contains(prefix)).forEach(prefix -> table.remove(prefix, entry.key(), subject));
                has.stream().filter(prefix -> !had.contains(prefix)).forEach(prefix -> table.add(prefix, entry.key(), subject, attributes));
            }
        }
    }

    private Collection<ResourceKey> guarded(String type, Supplier<? extends Collection<ResourceKey>> question) {
        try {
            Collection<ResourceKey> answer = List.copyOf(question.get());
            failures.remove(type);
            return answer;
        } catch (RuntimeException | LinkageError thrown) { // as in decide
            errors++;
            if (failures.put(type, String.valueOf(thrown)) == null) {
                log.warn("advertiser failed to name its subjects, its last decisions stay type={}", type, thrown);
            }
            return List.of();
        }
    }

    /** Makes all changes visible; only tables that changed are in the answer. */
    Map<TableKey, RouteDelta> flush(Instant at) {
        Map<TableKey, RouteDelta> deltas = new LinkedHashMap<>();
        for (RouteTable table : tables.values()) {
            RouteDelta delta = table.flush(at);
            if (!delta.isEmpty()) {
                deltas.put(table.key(), delta);
            }
        }
        return deltas;
    }

    /** As of the last flush; empty for a table that is not planned. */
    Map<IpPrefix, RouteAttributes> routes(TableKey key) {
        RouteTable table = tables.get(key);
        return table == null ? Map.of() : table.routes();
    }

    /** When each of these routes got the attributes that it has. */
    Map<IpPrefix, Instant> since(TableKey key) {
        RouteTable table = tables.get(key);
        return table == null ? Map.of() : table.since();
    }

    /** The items that a table takes in, in their order. */
    List<EntryState> entries(TableKey key) {
        RouteTable table = tables.get(key);
        List<EntryState> states = new ArrayList<>();
        if (table != null) {
            for (EntryKey attached : table.attached()) {
                EntryState state = entries.get(attached);
                if (state != null) {
                    states.add(state);
                }
            }
        }
        return states;
    }

    /** All items that some peer gets, in their order. */
    Collection<EntryState> entries() {
        return entries.values();
    }

    /** Each a clause: which advertiser failed, at what. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        failures.forEach((type, thrown) -> problems.add(type + " advertiser cannot name its subjects: " + thrown));
        for (EntryState entry : entries.values()) {
            if (!entry.failures().isEmpty()) {
                Map.Entry<ResourceKey, String> first = entry.failures().entrySet().iterator().next();
                problems.add(
                        entry.failures().size() + " subjects of advertisement " + entry.key() + " keep their last decisions, among them "
                                + first.getKey() + ": " + first.getValue());
            }
        }
        return problems;
    }

    /** How often an advertiser threw. */
    long errors() {
        return errors;
    }
}
