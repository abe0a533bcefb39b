package io.roadstead.api.view;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.route.Reason;

/**
 * A peer of this node.
 *
 * @param node      this node
 * @param uptimeMillis since established; 0 when not
 * @param status    null when no session could be opened
 * @param reason    why there is no session; null when there is one
 * @param peer      name in the configuration
 * @param peerAddress configured or discovered; null when there is none
 */
public record PeerView(String node, String instance, String peer, @Nullable IpAddress peerAddress, long uptimeMillis,
        @Nullable PeerStatus status, @Nullable Reason reason) {
}
