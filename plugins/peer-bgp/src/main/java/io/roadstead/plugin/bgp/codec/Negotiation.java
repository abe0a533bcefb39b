package io.roadstead.plugin.bgp.codec;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.AsNumber;

/**
 * What two OPENs come to.
 *
 * @param holdTimeSeconds      the smaller of the two; 0 means no keepalives
 * @param routeRefresh         the peer takes ROUTE-REFRESH
 * @param enhancedRouteRefresh both mark begin and end of a refresh (RFC 7313)
 * @param gracefulRestart      what the peer offered, when we offered it too; null otherwise
 */
public record Negotiation(CodecOptions codec, int holdTimeSeconds, boolean routeRefresh, boolean enhancedRouteRefresh,
        Capability.@Nullable GracefulRestart gracefulRestart) {

    /** Of what we sent and what the peer sent. */
    public static Negotiation of(BgpMessage.Open local, BgpMessage.Open peer) {
        Set<AfiSafi> families = families(local);
        families.retainAll(families(peer));
        boolean v4OverV6 = families.contains(AfiSafi.IPV4_UNICAST) && offersExtendedNextHop(local) && offersExtendedNextHop(peer);
        CodecOptions codec = new CodecOptions(offers(local, peer, Capability.FourOctetAs.class), local.asn().equals(peer.asn()),
                maxLength(local), maxLength(peer), families, v4OverV6 ? Set.of(AfiSafi.IPV4_UNICAST) : Set.of());
        return new Negotiation(codec, Math.min(local.holdTimeSeconds(), peer.holdTimeSeconds()),
                peer.capability(Capability.RouteRefresh.class).isPresent(), offers(local, peer, Capability.EnhancedRouteRefresh.class),
                local.capability(Capability.GracefulRestart.class).flatMap(_ -> peer.capability(Capability.GracefulRestart.class))
                        .orElse(null));
    }

    /**
     * What in the peer's OPEN does not go with ours (RFC 4271 §6.2); empty when all does.
     *
     * @param expected the AS that the peer must be in; 0 takes any
     */
    public static Optional<BgpError> check(BgpMessage.Open local, BgpMessage.Open peer, AsNumber expected) {
        if (expected.value() != 0 && !expected.equals(peer.asn())) {
            return Optional.of(BgpError.of(BgpErrorCode.BAD_PEER_AS, "the peer is in AS " + peer.asn() + ", configured is AS " + expected));
        }
        // RFC 6286 §2.2: identifiers are unique within an AS only.
        if (peer.asn().equals(local.asn()) && peer.routerId().equals(local.routerId())) {
            return Optional.of(BgpError.of(BgpErrorCode.BAD_BGP_IDENTIFIER, "the peer has our router id " + peer.routerId()));
        }
        if (of(local, peer).codec().families().isEmpty()) {
            String wanted = families(local).stream().map(family -> Hex.octets(Capability.Multiprotocol.CODE << 8 | 4)
                    + Hex.octets(family.afi()) + Hex.octets(family.safi())).collect(Collectors.joining());
            return Optional.of(new BgpError(BgpErrorCode.UNSUPPORTED_CAPABILITY, wanted, "no address family in common: we have "
                    + families(local) + ", the peer has " + families(peer)));
        }
        return Optional.empty();
    }

    /** A speaker that offers no family has IPv4 unicast (RFC 4760 §8). */
    private static Set<AfiSafi> families(BgpMessage.Open open) {
        EnumSet<AfiSafi> families = EnumSet.noneOf(AfiSafi.class);
        boolean multiprotocol = false;
        for (Capability capability : open.capabilities()) {
            if (capability instanceof Capability.Multiprotocol offered) {
                multiprotocol = true;
                offered.family().ifPresent(families::add);
            }
        }
        return multiprotocol ? families : EnumSet.of(AfiSafi.IPV4_UNICAST);
    }

    private static boolean offersExtendedNextHop(BgpMessage.Open open) {
        return open.capabilities().stream().anyMatch(capability -> capability instanceof Capability.ExtendedNextHop offered
                && offered.encodings().containsAll(Capability.ExtendedNextHop.ipv4OverIpv6().encodings()));
    }

    private static int maxLength(BgpMessage.Open open) {
        return open.capability(Capability.ExtendedMessage.class).isPresent() ? CodecOptions.EXTENDED_LENGTH : CodecOptions.STANDARD_LENGTH;
    }

    private static boolean offers(BgpMessage.Open local, BgpMessage.Open peer, Class<? extends Capability> kind) {
        return local.capability(kind).isPresent() && peer.capability(kind).isPresent();
    }
}
