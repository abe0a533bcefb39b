package io.roadstead.api.model.bgp;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/**
 * The attributes of a path as they are on the wire of one session, sent or received. One instance is shared by all prefixes that have it.
 *
 * @param nextHop         of NEXT_HOP or MP_REACH_NLRI; unspecified for a path that this node originates
 * @param linkLocalNextHop the second address of a 32-byte next hop (RFC 2545 §3)
 * @param med             unsigned 32 bits; null when absent
 * @param localPreference unsigned 32 bits; null when absent
 * @param aggregator      null when absent
 * @param clusterList     RFC 4456; empty when absent
 * @param unknown         transitive attributes that are not understood, in the order of their codes, as they came
 */
public record PathAttributes(Origin origin, AsPath asPath, IpAddress nextHop, @Nullable IpAddress linkLocalNextHop, @Nullable Long med,
        @Nullable Long localPreference, boolean atomicAggregate, @Nullable Aggregator aggregator, List<Community> communities,
        List<LargeCommunity> largeCommunities, List<Long> extendedCommunities, @Nullable RouterId originatorId, List<RouterId> clusterList,
        List<UnknownAttribute> unknown) {

    public PathAttributes {
        communities = List.copyOf(communities);
        largeCommunities = List.copyOf(largeCommunities);
        extendedCommunities = List.copyOf(extendedCommunities);
        clusterList = List.copyOf(clusterList);
        unknown = List.copyOf(unknown);
    }

    /** AGGREGATOR (RFC 4271 §5.1.7). */
    public record Aggregator(AsNumber as, IpAddress address) {
    }

    /**
     * An attribute that is not understood.
     *
     * @param flags as they came
     * @param code  attribute type code
     * @param hex   value, lower-case hexadecimal
     */
    public record UnknownAttribute(int flags, int code, String hex) {
    }
}
