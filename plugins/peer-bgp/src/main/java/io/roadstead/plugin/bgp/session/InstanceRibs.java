package io.roadstead.plugin.bgp.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerListener;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.bgp.rib.DecisionProcess;
import io.roadstead.plugin.bgp.rib.LocRib;
import io.roadstead.plugin.bgp.rib.PathSource;
import io.roadstead.plugin.bgp.rib.RouteChange;

/** The tables of all instances. Methods may be called on any loop; the tables are confined to one, where sessions' changes arrive in the order of each session. */
final class InstanceRibs {

    private final Loop loop;
    private final PeerListener listener;
    private final DecisionProcess decisionProcess;
    private final Map<Key, LocRib> tables = new HashMap<>();

    InstanceRibs(Loop loop, PeerListener listener, DecisionProcess decisionProcess) {
        this.loop = loop;
        this.listener = listener;
        this.decisionProcess = decisionProcess;
    }

    void apply(PathSource source, AfiSafi family, List<RouteChange> changes) {
        if (!changes.isEmpty()) {
            loop.execute(() -> tell(source.peer().instance(), family, table(source.peer().instance(), family).apply(source, changes)));
        }
    }

    void remove(PeerId peer) {
        loop.execute(() -> {
            for (AfiSafi family : AfiSafi.values()) {
                LocRib table = tables.get(new Key(peer.instance(), family));
                if (table != null) {
                    tell(peer.instance(), family, table.remove(peer));
                    if (table.size() == 0) {
                        tables.remove(new Key(peer.instance(), family));
                    }
                }
            }
        });
    }

    CompletionStage<List<RibEntry>> entries(String instance, AfiSafi family) {
        return loop.submit(() -> {
            LocRib table = tables.get(new Key(instance, family));
            return table == null ? List.of() : table.entries();
        });
    }

    private LocRib table(String instance, AfiSafi family) {
        return tables.computeIfAbsent(new Key(instance, family), _ -> new LocRib(family, decisionProcess));
    }

    private void tell(String instance, AfiSafi family, List<IpPrefix> changed) {
        if (!changed.isEmpty()) {
            listener.bestPathsChanged(instance, family, changed);
        }
    }

    private record Key(String instance, AfiSafi family) {
    }
}
