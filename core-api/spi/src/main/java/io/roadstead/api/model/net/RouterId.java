package io.roadstead.api.model.net;

/**
 * A BGP Identifier (RFC 6286): four octets, unique within the AS, not zero. Ordered as an unsigned number, as collision resolution wants it.
 *
 * @param bits the four octets in network order; not zero
 */
public record RouterId(int bits) implements Comparable<RouterId> {

    public RouterId {
        if (bits == 0) {
            throw new IllegalArgumentException("router id 0.0.0.0 is not allowed (RFC 6286 §2.1)");
        }
    }

    /** Reads dotted decimal text. */
    public static RouterId parse(String text) {
        return of(IpAddress.parse(text));
    }

    /** From an IPv4 address. */
    public static RouterId of(IpAddress address) {
        if (address.family() != AddressFamily.IPV4) {
            throw new IllegalArgumentException("router id must be written like an IPv4 address, not " + address);
        }
        return new RouterId(address.toInt());
    }

    @Override
    public int compareTo(RouterId other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return IpAddress.ipv4(bits).toString();
    }
}
