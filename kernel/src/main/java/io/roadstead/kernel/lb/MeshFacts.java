package io.roadstead.kernel.lb;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.mesh.RemoteService;

/**
 * What plans read of other clusters, at one moment.
 *
 * @param ownCluster name of the own cluster
 * @param lostSince  since when clusters cannot be reached; those that can are not in it
 */
record MeshFacts(String ownCluster, RemoteNodes nodes, Map<String, Instant> lostSince, Instant now) {

    /**
     * How a Service stands to its clusters' links.
     *
     * @param watched clusters of which a change matters
     * @param lost    clusters that have been out of reach for too long
     * @param next    when another one will have been; null for never
     */
    record Links(Set<String> watched, Set<String> lost, @Nullable Instant next) {
        private static final Links UNWATCHED = new Links(Set.of(), Set.of(), null);
    }

    Links links(ClusterPolicy policy, List<RemoteService> shared) {
        if (policy.failoverAfter() == null || shared.isEmpty()) {
            return Links.UNWATCHED;
        }
        Set<String> watched = new HashSet<>();
        Set<String> lost = new HashSet<>();
        Instant next = null;
        for (RemoteService service : shared) {
            watched.add(service.cluster());
            Instant since = lostSince.get(service.cluster());
            if (since != null) {
                Instant end = since.plus(policy.failoverAfter());
                if (!now.isBefore(end)) {
                    lost.add(service.cluster());
                } else if (next == null || end.isBefore(next)) {
                    next = end;
                }
            }
        }
        return new Links(watched, lost, next);
    }
}
