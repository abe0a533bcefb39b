package io.roadstead.kernel.route;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.route.ClusterView;

/** Which items of which advertisements each table takes in. Pure. */
final class AdvertisementPlanner {

    private AdvertisementPlanner() {
    }

    static Map<TableKey, SortedMap<EntryKey, PlannedEntry>> plan(ClusterView cluster, List<PeerPlan> peers, Restraint restraint) {
        Map<TableKey, SortedMap<EntryKey, PlannedEntry>> tables = new HashMap<>();
        for (PeerPlan peer : peers) {
            for (Optional<TableKey> table : peer.tables().values()) {
                table.ifPresent(key -> tables.computeIfAbsent(key, absent -> entries(cluster, key.advertisements(), restraint)));
            }
        }
        return tables;
    }

    private static SortedMap<EntryKey, PlannedEntry> entries(ClusterView cluster, LabelSelector selector, Restraint restraint) {
        Map<String, String> nodeLabels = cluster.localNodeLabels();
        SortedMap<EntryKey, PlannedEntry> entries = new TreeMap<>();
        for (BgpAdvertisement advertisement : cluster.all(BgpAdvertisement.class)) {
            if (selector.matches(advertisement.meta().labels())) {
                for (int i = 0; i < advertisement.entries().size(); i++) {
                    BgpAdvertisement.Entry entry = advertisement.entries().get(i);
                    LabelSelector nodes = entry.nodeSelector();
                    EntryKey key = new EntryKey(advertisement.meta().name(), i);
                    entries.put(key, new PlannedEntry(key, restraint.mark(entry), nodes != null && !nodes.matches(nodeLabels),
                            restraint.withheld(entry.type())));
                }
            }
        }
        return entries;
    }
}
