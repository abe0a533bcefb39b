package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.roadstead.api.model.meta.LabelSelector;

/**
 * Parts of a cluster whose nodes have the same peers: a node has all peers that select it, but follows one ClusterConfig alone, so no two parts may select the
 * same node.
 */
final class NodePartition {

    /** More than this is nothing that somebody could read. */
    private static final int MOST_PARTS = 64;

    private NodePartition() {
    }

    /**
     * Nodes with the same peers.
     *
     * @param peers in the order in which they were given
     */
    record Part(LabelSelector nodes, List<MetalLbPeer> peers) {
    }

    /** Every part that has a peer; empty when there are too many. */
    static Optional<List<Part>> of(List<MetalLbPeer> peers) {
        Map<List<LabelSelector>, List<MetalLbPeer>> groups =
                peers.stream().collect(Collectors.groupingBy(MetalLbPeer::nodeSelectors, LinkedHashMap::new, Collectors.toList()));
        List<Part> parts = List.of(new Part(LabelSelector.EVERYTHING, List.of()));
        for (Map.Entry<List<LabelSelector>, List<MetalLbPeer>> group : groups.entrySet()) {
            List<LabelSelector> selectors = group.getKey().isEmpty() ? List.of(LabelSelector.EVERYTHING) : Selectors.few(group.getKey());
            List<Part> split = new ArrayList<>();
            parts.forEach(part -> split(part, selectors, group.getValue(), split));
            if (split.size() > MOST_PARTS) {
                return Optional.empty();
            }
            parts = split;
        }
        return Optional.of(merged(parts));
    }

    /** The part that the selectors select, which has these peers too, and the rest of it. */
    private static void split(Part part, List<LabelSelector> selectors, List<MetalLbPeer> more, List<Part> into) {
        List<MetalLbPeer> all = new ArrayList<>(part.peers);
        all.addAll(more);
        List<LabelSelector> rest = List.of(part.nodes);
        for (LabelSelector selector : selectors) {
            rest.forEach(nodes -> Selectors.and(nodes, selector).ifPresent(inside -> into.add(new Part(inside, all))));
            rest = rest.stream().flatMap(nodes -> Selectors.minus(nodes, selector).stream()).toList();
        }
        rest.forEach(nodes -> into.add(new Part(nodes, part.peers)));
    }

    private static List<Part> merged(List<Part> parts) {
        Map<List<MetalLbPeer>, List<LabelSelector>> byPeers = parts.stream().filter(part -> !part.peers.isEmpty()).collect(
                Collectors.groupingBy(Part::peers, LinkedHashMap::new, Collectors.mapping(Part::nodes, Collectors.toList())));
        List<Part> merged = new ArrayList<>();
        byPeers.forEach((peers, nodes) -> Selectors.few(nodes).forEach(selector -> merged.add(new Part(selector, peers))));
        return merged;
    }
}
