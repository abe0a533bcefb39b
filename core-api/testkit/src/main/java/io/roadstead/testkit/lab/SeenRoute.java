package io.roadstead.testkit.lab;

import java.util.List;
import java.util.Set;

/**
 * One path to one prefix in a foreign daemon's table.
 *
 * @param peer address of the neighbour that sent it; empty for the daemon's own
 * @param best whether the daemon chose it (or it alone is shown as the primary one)
 * @param nextHops as received; for IPv6 the global one first, then the link-local one if there is one
 * @param asPath leftmost AS first; AS sets are flattened into it
 * @param origin {@code igp}, {@code egp} or {@code incomplete}
 * @param communities {@code high:low} in decimal, well-known ones too
 * @param largeCommunities {@code a:b:c} in decimal
 * @param localPreference 100 when the path carries none, which is what all three daemons then assume
 * @param med 0 when the path carries none
 */
public record SeenRoute(String prefix, String peer, boolean best, List<String> nextHops, List<Long> asPath, String origin,
        Set<String> communities, Set<String> largeCommunities, long localPreference, long med) {

    static final long DEFAULT_LOCAL_PREFERENCE = 100;

    public SeenRoute {
        nextHops = List.copyOf(nextHops);
        asPath = List.copyOf(asPath);
        communities = Set.copyOf(communities);
        largeCommunities = Set.copyOf(largeCommunities);
    }
}
