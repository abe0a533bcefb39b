package io.roadstead.api.model.net;

import java.math.BigInteger;

/**
 * Addresses from first to last, both included.
 *
 * @param last same family, not before first
 */
public record IpRange(IpAddress first, IpAddress last) implements Comparable<IpRange> {

    public IpRange {
        if (first.family() != last.family()) {
            throw new IllegalArgumentException("range " + first + " - " + last + " mixes families");
        }
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("range " + first + " - " + last + " ends before it starts");
        }
    }

    /** All addresses of a prefix. */
    public static IpRange of(IpPrefix prefix) {
        return new IpRange(prefix.address(), prefix.last());
    }

    public AddressFamily family() {
        return first.family();
    }

    public boolean contains(IpAddress address) {
        return address.family() == family() && first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    public boolean overlaps(IpRange other) {
        return family() == other.family() && first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    /** How many addresses: at least one; up to 2 to the 128th. */
    public BigInteger size() {
        return new BigInteger(1, last.toBytes()).subtract(new BigInteger(1, first.toBytes())).add(BigInteger.ONE);
    }

    @Override
    public int compareTo(IpRange other) {
        int byFirst = first.compareTo(other.first);
        return byFirst != 0 ? byFirst : last.compareTo(other.last);
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
