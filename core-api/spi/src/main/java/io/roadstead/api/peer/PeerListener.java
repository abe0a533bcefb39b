package io.roadstead.api.peer;

import java.util.List;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.IpPrefix;

/** What a protocol tells the kernel. Called on the protocol's loops: implementations post and return. */
public interface PeerListener {
    /** The session changed state, or its counts or problems changed. Folded: only the latest status counts. */
    void statusChanged(PeerStatus status);

    /** The peer has sent everything it had at the start (RFC 4724 End-of-RIB). */
    void endOfRib(PeerId peer, AfiSafi family);

    /** The best paths of an instance changed for these prefixes; an entry list of a prefix that is gone is absent from {@link PeerProtocol#rib}. */
    void bestPathsChanged(String instance, AfiSafi family, List<IpPrefix> prefixes);
}
