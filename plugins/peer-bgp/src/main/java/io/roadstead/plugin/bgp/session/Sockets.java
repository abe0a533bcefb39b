package io.roadstead.plugin.bgp.session;

import java.net.InetSocketAddress;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.plugin.netty.api.SocketSettings;

/** What a specification means for sockets. */
final class Sockets {

    /** Nobody limits how far an internal peer may be. */
    private static final int TTL_INTERNAL = 255;

    private Sockets() {
    }

    static InetSocketAddress remote(PeerSpec spec) {
        return new InetSocketAddress(Addresses.scoped(spec.peerAddress(), spec.sourceInterface()), spec.peerPort());
    }

    /**
     * Asks the interface for its address, which may have changed since the last time.
     *
     * @throws IllegalStateException saying what the interface lacks
     */
    static SocketSettings settings(PeerSpec spec) {
        IpAddress source = spec.localAddress();
        String device = spec.sourceInterface();
        if (source == null && device != null) {
            source = Addresses.source(device, spec.peerAddress()).orElseThrow(
                    () -> new IllegalStateException("interface " + device + " has no address to reach " + spec.peerAddress() + " from"));
        }
        return SocketSettings.DEFAULT.withTtl(spec.internal() ? TTL_INTERNAL : spec.ebgpMultihop()).withPassword(spec.password())
                .withSource(source == null ? null : Addresses.scoped(source, device));
    }
}
