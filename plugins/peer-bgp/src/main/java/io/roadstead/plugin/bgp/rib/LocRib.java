package io.roadstead.plugin.bgp.rib;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.RibEntry;

/** Loc-RIB of one instance and family (RFC 4271 §3.2): the usable paths of all peers with the best ones chosen. Confined to the instance's loop. */
public final class LocRib {

    private final DecisionProcess decisionProcess;
    /** Paths of a prefix, ranked; never empty. */
    private final PrefixMap<List<DecisionProcess.Ranked>> destinations;

    public LocRib(AfiSafi family, DecisionProcess decisionProcess) {
        this.decisionProcess = decisionProcess;
        this.destinations = new PrefixMap<>(family.addressFamily());
    }

    /** Takes what changed at a peer; gives the prefixes whose best paths changed. */
    public List<IpPrefix> apply(PathSource source, List<RouteChange> changes) {
        List<IpPrefix> changed = new ArrayList<>();
        for (RouteChange change : changes) {
            List<DecisionProcess.Path> paths = others(change.prefix(), source.peer());
            if (change.attributes() != null) {
                paths.add(new DecisionProcess.Path(source, change.attributes(), change.since()));
            }
            choose(change.prefix(), paths, changed);
        }
        return List.copyOf(changed);
    }

    /** Drops all paths of a peer that is no more; gives the prefixes whose best paths changed. */
    public List<IpPrefix> remove(PeerId peer) {
        List<IpPrefix> touched = new ArrayList<>();
        destinations.forEach((prefix, ranked) -> {
            if (ranked.stream().anyMatch(one -> one.path().source().peer().equals(peer))) {
                touched.add(prefix);
            }
        });
        List<IpPrefix> changed = new ArrayList<>();
        touched.forEach(prefix -> choose(prefix, others(prefix, peer), changed));
        return List.copyOf(changed);
    }

    /** Prefixes. */
    public int size() {
        return destinations.size();
    }

    /** Ordered by prefix, the best path first. */
    public List<RibEntry> entries() {
        List<RibEntry> entries = new ArrayList<>(destinations.size());
        destinations.sorted().forEach(destination -> destination.getValue().forEach(ranked -> {
            DecisionProcess.Path path = ranked.path();
            entries.add(new RibEntry(destination.getKey(), path.source().peer(), path.attributes(), path.since(), ranked.best(),
                    ranked.multipath(), ranked.reason().text()));
        }));
        return entries;
    }

    private List<DecisionProcess.Path> others(IpPrefix prefix, PeerId peer) {
        List<DecisionProcess.Path> paths = new ArrayList<>();
        List<DecisionProcess.Ranked> ranked = destinations.get(prefix);
        if (ranked != null) {
            ranked.forEach(one -> {
                if (!one.path().source().peer().equals(peer)) {
                    paths.add(one.path());
                }
            });
        }
        return paths;
    }

    private void choose(IpPrefix prefix, List<DecisionProcess.Path> paths, List<IpPrefix> changed) {
        List<DecisionProcess.Path> before = used(destinations.get(prefix));
        List<DecisionProcess.Ranked> ranked = paths.isEmpty() ? null : decisionProcess.rank(paths);
        if (ranked == null) {
            destinations.remove(prefix);
        } else {
            destinations.put(prefix, List.copyOf(ranked));
        }
        if (!before.equals(used(ranked))) {
            changed.add(prefix);
        }
    }

    private static List<DecisionProcess.Path> used(@Nullable List<DecisionProcess.Ranked> ranked) {
        return ranked == null ? List.of()
                : ranked.stream().filter(DecisionProcess.Ranked::multipath).map(DecisionProcess.Ranked::path).toList();
    }
}
