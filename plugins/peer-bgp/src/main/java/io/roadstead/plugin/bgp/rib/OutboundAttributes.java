package io.roadstead.plugin.bgp.rib;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;

/**
 * What a connection adds to the attributes of this node's own routes.
 *
 * @param localAddress    of the connection
 * @param nodeIpv4        this node's address, the next hop of IPv4 prefixes over an IPv6 connection; null when it has none
 * @param nodeIpv6        this node's global address, the next hop of IPv6 prefixes over an IPv4 connection; null when it has none
 * @param extendedNextHop IPv4 prefixes may have an IPv6 next hop (RFC 8950)
 */
public record OutboundAttributes(AsNumber localAsn, boolean internal, IpAddress localAddress, @Nullable IpAddress nodeIpv4,
        @Nullable IpAddress nodeIpv6, boolean extendedNextHop) {

    private static final long DEFAULT_LOCAL_PREFERENCE = 100;
    private static final long MAPPED = 0xffffL;

    public OutboundAttributes {
        boolean mapped = localAddress.family() == AddressFamily.IPV6 && localAddress.high() == 0 && localAddress.low() >>> 32 == MAPPED;
        if (mapped) { // an IPv4 connection on a dual-stack socket: as a next hop of IPv6 it would lead nowhere
            localAddress = IpAddress.ipv4((int) localAddress.low());
        }
    }

    /** The attributes on the wire; empty when there is no next hop for this family on this connection. */
    public Optional<PathAttributes> of(AfiSafi family, RouteAttributes route) {
        NextHop nextHop = nextHop(family, route);
        return nextHop == null ? Optional.empty() : Optional.of(new PathAttributes(route.origin(), asPath(route.prepend()), nextHop.address,
                nextHop.linkLocal, route.med(), internal ? localPreference(route) : null, false, null, List.copyOf(route.communities()),
                List.copyOf(route.largeCommunities()), List.of(), null, List.of(), List.of()));
    }

    /** RFC 4271 §5.1.2: empty within the AS. */
    private AsPath asPath(int prepend) {
        return internal ? AsPath.EMPTY : AsPath.ofSequence(Collections.nCopies(1 + prepend, localAsn).toArray(AsNumber[]::new));
    }

    private static Long localPreference(RouteAttributes route) {
        return route.localPreference() == null ? Long.valueOf(DEFAULT_LOCAL_PREFERENCE) : route.localPreference();
    }

    private @Nullable NextHop nextHop(AfiSafi family, RouteAttributes route) {
        boolean ipv4 = family.addressFamily() == AddressFamily.IPV4;
        if (route.nextHop() != null) {
            boolean fits = route.nextHop().family() == family.addressFamily() || ipv4 && extendedNextHop;
            return fits ? new NextHop(route.nextHop(), null) : null;
        }
        if (localAddress.family() == AddressFamily.IPV4) {
            IpAddress address = ipv4 ? localAddress : nodeIpv6;
            return address == null ? null : new NextHop(address, null);
        }
        if (ipv4 && !extendedNextHop) {
            return nodeIpv4 == null ? null : new NextHop(nodeIpv4, null);
        }
        if (!localAddress.isLinkLocal()) {
            return new NextHop(localAddress, null);
        }
        // RFC 2545 §3: both; where there is no global address the link-local one stands in its place too, which routers take.
        return new NextHop(nodeIpv6 == null ? localAddress : nodeIpv6, localAddress);
    }

    private record NextHop(IpAddress address, @Nullable IpAddress linkLocal) {
    }
}
