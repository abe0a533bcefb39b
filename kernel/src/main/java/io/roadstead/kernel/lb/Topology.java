package io.roadstead.kernel.lb;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Which candidates are near enough, as kube-proxy decides it: those hinted for this node when every candidate has a hint for a node, else those hinted for this zone
 * when every candidate has a hint for a zone; all as soon as one has none, or none is for here. A Service that asks for a distribution whose slices carry no hints at
 * all, as when nobody runs Kubernetes' slice controller, is read as if each endpoint were hinted for where it is.
 *
 * @param distribution {@code spec.trafficDistribution}; null when absent
 */
record Topology(String node, String zone, @Nullable String distribution) {

    private static final String SAME_NODE = "PreferSameNode";
    private static final List<String> SAME_ZONE = List.of("PreferClose", "PreferSameZone");

    /** Whether the distribution is one that exists. */
    boolean known() {
        return distribution == null || distribution.equals(SAME_NODE) || SAME_ZONE.contains(distribution);
    }

    /** Which of these candidates get new flows. */
    Predicate<Candidate> near(List<Candidate> candidates) {
        boolean hinted = candidates.stream().anyMatch(one -> !one.hintedNodes().isEmpty() || !one.hintedZones().isEmpty());
        Function<Candidate, List<String>> nodes = hinted ? Candidate::hintedNodes : this::impliedNode;
        Function<Candidate, List<String>> zones = hinted ? Candidate::hintedZones : this::impliedZone;
        return any(candidates, nodes, node) ? one -> nodes.apply(one).contains(node)
                : any(candidates, zones, zone) ? one -> zones.apply(one).contains(zone) : one -> true;
    }

    private static boolean any(List<Candidate> candidates, Function<Candidate, List<String>> hints, String here) {
        return candidates.stream().noneMatch(one -> hints.apply(one).isEmpty())
                && candidates.stream().anyMatch(one -> hints.apply(one).contains(here));
    }

    private List<String> impliedNode(Candidate candidate) {
        if (!candidate.backend().cluster().isEmpty()) {
            return List.of(candidate.backend().cluster() + "/"); // no node of this cluster has such a name
        }
        String name = candidate.backend().nodeName();
        return SAME_NODE.equals(distribution) && !name.isEmpty() ? List.of(name) : List.of();
    }

    private List<String> impliedZone(Candidate candidate) {
        String where = candidate.backend().zone();
        return distribution != null && known() && !where.isEmpty() ? List.of(where) : List.of();
    }
}
