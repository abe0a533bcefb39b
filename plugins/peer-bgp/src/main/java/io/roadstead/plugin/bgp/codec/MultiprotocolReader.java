package io.roadstead.plugin.bgp.codec;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/** MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 4760 §3, §4; next hops by RFC 2545 §3 and RFC 8950 §3). A family that is not negotiated is passed over. */
final class MultiprotocolReader {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private MultiprotocolReader() {
    }

    static @Nullable String reach(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        if (value.readableBytes() < 5) { // RFC 7606 §7.11; the family stays unknown, so the session goes
            return value.readableBytes() + " octets";
        }
        Optional<AfiSafi> family = family(value, options);
        int nextHopBytes = value.readUnsignedByte();
        if (nextHopBytes + 1 > value.readableBytes()) {
            family.ifPresent(known -> into.reachFamily = known);
            return family.isEmpty() ? null : "a next hop of " + nextHopBytes + " octets in " + value.readableBytes();
        }
        ByteBuf nextHop = value.readSlice(nextHopBytes);
        value.skipBytes(1);
        into.reachEncoded = value.isReadable();
        if (family.isEmpty()) {
            return null;
        }
        AfiSafi known = family.get();
        into.reachFamily = known;
        boolean fitsIpv4 = nextHopBytes == IPV4_BYTES && known.addressFamily() == AddressFamily.IPV4;
        boolean fitsIpv6 = (nextHopBytes == IPV6_BYTES || nextHopBytes == 2 * IPV6_BYTES)
                && (known.addressFamily() == AddressFamily.IPV6 || options.extendedNextHop().contains(known));
        if (!fitsIpv4 && !fitsIpv6) {
            return "a next hop of " + nextHopBytes + " octets for " + known;
        }
        into.reachNextHop = fitsIpv4 ? IpAddress.ipv4(nextHop.readInt()) : IpAddress.ipv6(nextHop.readLong(), nextHop.readLong());
        into.reachLinkLocal = nextHop.isReadable() ? IpAddress.ipv6(nextHop.readLong(), nextHop.readLong()) : null;
        return PrefixReader.read(value, known.addressFamily(), into.reach);
    }

    static @Nullable String unreach(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        if (value.readableBytes() < 3) {
            return value.readableBytes() + " octets";
        }
        Optional<AfiSafi> family = family(value, options);
        into.unreachEncoded = value.isReadable();
        if (family.isEmpty()) {
            return null;
        }
        into.unreachFamily = family.get();
        return PrefixReader.read(value, family.get().addressFamily(), into.unreach);
    }

    private static Optional<AfiSafi> family(ByteBuf value, CodecOptions options) {
        return AfiSafi.of(value.readUnsignedShort(), value.readUnsignedByte()).filter(options.families()::contains);
    }
}
