package io.roadstead.plugin.bgp.rib;

import java.util.Set;

import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/**
 * Which paths of a peer may not be used.
 *
 * @param peerAsn      as negotiated
 * @param ownAddresses that a next hop must not be, the session's own at least
 * @param allowOwnAs   how often the local AS number may be in a path
 */
public record ImportChecks(AsNumber localAsn, AsNumber peerAsn, RouterId routerId, Set<IpAddress> ownAddresses, int allowOwnAs) {

    public ImportChecks {
        ownAddresses = Set.copyOf(ownAddresses);
    }

    /** Why not; empty when it may be used. */
    public String ineligible(PathAttributes path) {
        if (own(path.asPath()) > allowOwnAs) { // RFC 4271 §9.1.2
            return "AS loop: AS " + localAsn + " is in the path";
        }
        if (!localAsn.equals(peerAsn) && !firstAsIsPeer(path.asPath())) { // RFC 4271 §6.3
            return "first AS of the path is not the peer's";
        }
        if (routerId.equals(path.originatorId())) { // RFC 4456 §8
            return "originated here: originator id " + routerId;
        }
        if (path.clusterList().contains(routerId)) {
            return "cluster loop: " + routerId + " is in the cluster list";
        }
        IpAddress nextHop = path.nextHop();
        if (ownAddresses.contains(nextHop)) { // RFC 4271 §6.3
            return "next hop " + nextHop + " is an address of this node";
        }
        // A session over loopback, as in a demo on one machine, has its next hops there too.
        boolean strayLoopback = nextHop.isLoopback() && ownAddresses.stream().noneMatch(IpAddress::isLoopback);
        if (nextHop.isUnspecified() || nextHop.isMulticast() || strayLoopback) {
            return "next hop " + nextHop + " is not a host";
        }
        return "";
    }

    private long own(AsPath path) {
        return path.segments().stream().flatMap(segment -> segment.numbers().stream()).filter(localAsn::equals).count();
    }

    private boolean firstAsIsPeer(AsPath path) {
        if (path.segments().isEmpty()) {
            return false;
        }
        AsPath.Segment first = path.segments().getFirst();
        return first.type() == AsPath.SegmentType.AS_SEQUENCE && first.numbers().getFirst().equals(peerAsn);
    }
}
