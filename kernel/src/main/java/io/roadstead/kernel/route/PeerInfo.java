package io.roadstead.kernel.route;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.route.Reason;

/**
 * A peer of this node, for status.
 *
 * @param localAsn          null without a session
 * @param address           null when the configuration has none
 * @param session           null when there is none
 * @param reason            why there is no session, or what is wrong although there is one; null when all is well
 * @param reconfiguration   what the last change of its specification did; null when there was none
 */
public record PeerInfo(PeerId id, @Nullable AsNumber localAsn, @Nullable IpAddress address, @Nullable PeerSession session,
        @Nullable Reason reason, @Nullable Reconfiguration reconfiguration) {
}
