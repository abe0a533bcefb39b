package io.roadstead.plugin.bgp.codec;

import java.util.Set;

import io.roadstead.api.model.bgp.AfiSafi;

/**
 * What two speakers have agreed on, as far as it changes bytes.
 *
 * @param fourOctetAs     both offered RFC 6793
 * @param internal        both are in one AS
 * @param maxReceived     octets of the longest message that the peer may send: 65535 when we offered RFC 8654, else 4096
 * @param maxSent         octets of the longest message to it: 65535 when it offered RFC 8654, else 4096
 * @param families        negotiated (RFC 4760); others are ignored
 * @param extendedNextHop of these, the IPv4 ones whose next hop may be an IPv6 address (RFC 8950)
 */
public record CodecOptions(boolean fourOctetAs, boolean internal, int maxReceived, int maxSent, Set<AfiSafi> families,
        Set<AfiSafi> extendedNextHop) {

    /** Octets of the longest message without RFC 8654. */
    public static final int STANDARD_LENGTH = 4096;

    /** Octets of the longest message with RFC 8654. */
    public static final int EXTENDED_LENGTH = 65535;

    /** Before the OPENs are exchanged. */
    public static final CodecOptions INITIAL =
            new CodecOptions(false, false, STANDARD_LENGTH, STANDARD_LENGTH, Set.of(AfiSafi.IPV4_UNICAST), Set.of());

    public CodecOptions {
        families = Set.copyOf(families);
        extendedNextHop = Set.copyOf(extendedNextHop);
    }

    /** Octets of an AS number in AS_PATH and AGGREGATOR. */
    int asBytes() {
        return fourOctetAs ? 4 : 2;
    }
}
