package io.roadstead.plugin.bgp.session;

import java.time.Instant;
import java.time.InstantSource;

import io.roadstead.api.peer.PeerListener;
import io.roadstead.plugin.netty.api.NettyTransport;

/**
 * What the sessions of a protocol share.
 *
 * @param started when the agent started: who connects soon after has restarted, as far as peers know
 * @param farewell shutdown communication (RFC 9003) when the agent stops; may be empty
 * @param allowOwnAs how often the own AS number may stand in the path of a usable route
 */
record Environment(NettyTransport transport, InstantSource clock, Jitter jitter, PeerListener listener, InstanceRibs ribs, Instant started,
        String farewell, int allowOwnAs) {
}
