package io.roadstead.api.model.bgp;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.IpAddress;

/**
 * What this node wants said about a prefix that it originates; the session adds what depends on the peer (AS path, next hop). Equal attributes share one
 * UPDATE.
 *
 * @param origin          IGP unless configured otherwise
 * @param localPreference 0 to 4294967295, sent to iBGP peers only; null means the default of 100 there
 * @param med             0 to 4294967295; null means none
 * @param prepend         how many more times the local AS is put in front, 0 to 16
 * @param nextHop         null means the session's own address
 */
public record RouteAttributes(Origin origin, SortedSet<Community> communities, SortedSet<LargeCommunity> largeCommunities,
        @Nullable Long localPreference, @Nullable Long med, int prepend, @Nullable IpAddress nextHop) {

    /** IGP and nothing else. */
    public static final RouteAttributes PLAIN = new RouteAttributes(Origin.IGP, Collections.emptySortedSet(), Collections.emptySortedSet(),
            null, null, 0, null);

    public RouteAttributes {
        communities = Collections.unmodifiableSortedSet(new TreeSet<>(communities));
        largeCommunities = Collections.unmodifiableSortedSet(new TreeSet<>(largeCommunities));
        checkUnsigned32("localPreference", localPreference);
        checkUnsigned32("med", med);
        if (prepend < 0 || prepend > 16) {
            throw new IllegalArgumentException("prepend " + prepend + " is not in 0 to 16");
        }
    }

    /**
     * What is said when two advertisements hit the same prefix: all communities of both, the better origin, the higher local preference, the lower MED, the
     * shorter prepend, in whichever order they are merged; and the next hop of the first that states one.
     */
    public RouteAttributes merge(RouteAttributes other) {
        TreeSet<Community> allCommunities = new TreeSet<>(communities);
        allCommunities.addAll(other.communities);
        TreeSet<LargeCommunity> allLarge = new TreeSet<>(largeCommunities);
        allLarge.addAll(other.largeCommunities);
        return new RouteAttributes(origin.compareTo(other.origin) <= 0 ? origin : other.origin, allCommunities, allLarge,
                pick(localPreference, other.localPreference, true), pick(med, other.med, false), Math.min(prepend, other.prepend),
                nextHop != null ? nextHop : other.nextHop);
    }

    private static @Nullable Long pick(@Nullable Long one, @Nullable Long two, boolean higher) {
        if (one == null || two == null) {
            return one == null ? two : one;
        }
        return higher ? Long.valueOf(Math.max(one, two)) : Long.valueOf(Math.min(one, two));
    }

    private static void checkUnsigned32(String name, @Nullable Long value) {
        if (value != null && (value < 0 || value > 0xffff_ffffL)) {
            throw new IllegalArgumentException(name + " " + value + " is not in 0 to 4294967295");
        }
    }
}
