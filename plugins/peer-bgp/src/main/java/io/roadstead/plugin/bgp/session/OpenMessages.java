package io.roadstead.plugin.bgp.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.plugin.bgp.codec.BgpMessage;
import io.roadstead.plugin.bgp.codec.Capability;

/** What we say in an OPEN. */
final class OpenMessages {

    private OpenMessages() {
    }

    /** For the specification; restarting means that the agent has just started and the peer may still have our routes. */
    static BgpMessage.Open of(PeerSpec spec, boolean restarting) {
        List<AfiSafi> families = spec.families().stream().sorted().toList();
        List<Capability> capabilities = new ArrayList<>();
        families.forEach(family -> capabilities.add(Capability.Multiprotocol.of(family)));
        capabilities.add(new Capability.RouteRefresh());
        capabilities.add(new Capability.EnhancedRouteRefresh());
        capabilities.add(new Capability.FourOctetAs(spec.localAsn()));
        capabilities.add(new Capability.ExtendedMessage());
        if (spec.peerAddress().family() == AddressFamily.IPV6 && families.contains(AfiSafi.IPV4_UNICAST)) {
            capabilities.add(Capability.ExtendedNextHop.ipv4OverIpv6());
        }
        Duration restartTime = spec.restartTime();
        if (restartTime != null) {
            // The node forwards without the agent, so the forwarding state outlives every restart: F is always set.
            capabilities.add(new Capability.GracefulRestart(restarting, true, (int) restartTime.toSeconds(),
                    families.stream().map(family -> Capability.GracefulRestart.Family.of(family, true)).toList()));
        }
        return new BgpMessage.Open(spec.localAsn(), (int) spec.timers().hold().toSeconds(), spec.routerId(), capabilities);
    }
}
