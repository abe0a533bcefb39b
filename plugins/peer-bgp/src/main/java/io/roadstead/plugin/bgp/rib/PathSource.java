package io.roadstead.plugin.bgp.rib;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.peer.PeerId;

/** The peer that a path came from, as far as route selection asks. */
public record PathSource(PeerId peer, boolean internal, RouterId routerId, IpAddress address) {
}
