package io.roadstead.kernel.route;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.route.Reason;

/** Nodes between which nothing tells that is configured: they have the same peers, which get the same items of advertisements. Confined to the control loop. */
final class NodeClass {

    /**
     * By what nodes differ.
     *
     * @param selecting cluster configurations that select the node, by their index
     * @param including node selectors of advertisements that match it, by their index
     * @param numbered  which instances its override gives an AS number
     * @param labels    those that advertisers look at
     */
    record Key(BitSet selecting, BitSet including, SortedSet<String> numbered, Map<String, String> labels, boolean draining) {
    }

    /** A peer that gets an item's routes of one family. */
    record Target(PeerId peer, AfiSafi family) {
    }

    /** An item of an advertisement and who gets it. */
    record Item(PlannedEntry planned, List<Target> targets) {
    }

    private final Key key;
    private final TreeSet<String> names = new TreeSet<>();
    private final Approximate size = new Approximate();
    private final SortedMap<PeerId, Sessions> sessions = new TreeMap<>();
    private List<Item> items = List.of();
    private List<Reason> obstacles = List.of();

    NodeClass(Key key) {
        this.key = key;
    }

    /** How many of a class have that session. */
    static final class Sessions {
        final Approximate established = new Approximate();
        final Approximate unknown = new Approximate();
    }

    Key key() {
        return key;
    }

    NavigableSet<String> names() {
        return names;
    }

    Approximate size() {
        return size;
    }

    List<Item> items() {
        return items;
    }

    /** Why peers get nothing, or there are none. */
    List<Reason> obstacles() {
        return obstacles;
    }

    SortedMap<PeerId, Sessions> sessions() {
        return sessions;
    }

    Sessions sessions(PeerId peer) {
        return sessions.computeIfAbsent(peer, absent -> new Sessions());
    }

    /** Takes what such nodes shall have. */
    void plan(NodePlan plan, Map<TableKey, SortedMap<EntryKey, PlannedEntry>> tables) {
        Map<EntryKey, PlannedEntry> planned = new TreeMap<>();
        Map<EntryKey, List<Target>> targets = new LinkedHashMap<>();
        List<Reason> found = new ArrayList<>();
        addTo(found, plan.none());
        for (PeerPlan peer : plan.peers()) {
            addTo(found, peer.spec() == null ? peer.reason() : null);
            for (Map.Entry<AfiSafi, Optional<TableKey>> table : peer.tables().entrySet()) {
                SortedMap<EntryKey, PlannedEntry> entries =
                        table.getValue().map(name -> tables.getOrDefault(name, new TreeMap<>())).orElse(new TreeMap<>());
                entries.forEach((name, entry) -> {
                    planned.put(name, entry);
                    targets.computeIfAbsent(name, absent -> new ArrayList<>()).add(new Target(peer.id(), table.getKey()));
                });
            }
        }
        items = planned.entrySet().stream()
                .map(entry -> new Item(entry.getValue(), List.copyOf(targets.getOrDefault(entry.getKey(), List.of())))).toList();
        obstacles = List.copyOf(found);
        sessions.keySet().retainAll(plan.peers().stream().map(PeerPlan::id).toList());
    }

    private static void addTo(List<Reason> reasons, @Nullable Reason reason) {
        if (reason != null && !reasons.contains(reason)) {
            reasons.add(reason);
        }
    }
}
