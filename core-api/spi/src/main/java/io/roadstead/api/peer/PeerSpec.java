package io.roadstead.api.peer;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/**
 * Everything that decides how a session is held with one peer.
 *
 * @param localPort         the instance's listening port; null means no listener
 * @param peerAsn           0 means: take it from the peer's OPEN
 * @param localAddress      source address of the session; null means the route to the peer decides
 * @param sourceInterface   name of the interface whose address is the source; null for none
 * @param password          TCP MD5 (RFC 2385); null means none
 * @param restartTime       graceful restart with this time (RFC 4724); null means off
 * @param ebgpMultihop      TTL towards an external peer, 1 to 255
 * @param families          exchanged where the peer agrees; not empty
 * @param passive           only accept, never connect; needs a local port
 */
public record PeerSpec(PeerId id, AsNumber localAsn, RouterId routerId, @Nullable Integer localPort, IpAddress peerAddress, int peerPort,
        AsNumber peerAsn, @Nullable IpAddress localAddress, @Nullable String sourceInterface, BgpTimers timers, @Nullable Secret password,
        @Nullable Duration restartTime, int ebgpMultihop, Set<AfiSafi> families, boolean passive) {

    public PeerSpec {
        families = Set.copyOf(families);
        if (families.isEmpty()) {
            throw new IllegalArgumentException("peer " + id + " exchanges no family");
        }
        if (passive && localPort == null) {
            throw new IllegalArgumentException("peer " + id + " is passive but its instance has no local port");
        }
        if (localAddress != null && localAddress.family() != peerAddress.family()) {
            throw new IllegalArgumentException(
                    "peer " + id + ": local address " + localAddress + " is not of the family of " + peerAddress);
        }
    }

    /** Whether both ends are in one AS; an unknown peer AS counts as external. */
    public boolean internal() {
        return localAsn.equals(peerAsn);
    }
}
