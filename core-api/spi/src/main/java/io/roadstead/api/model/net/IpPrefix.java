package io.roadstead.api.model.net;

import java.util.Optional;

/**
 * An IPv4 or IPv6 prefix. Ordered by address, then from short to long, so that a covering prefix comes before what it covers.
 *
 * @param address first address; its host bits are zero
 * @param length  0 to 32, or 0 to 128
 */
public record IpPrefix(IpAddress address, int length) implements Comparable<IpPrefix> {

    public IpPrefix {
        checkLength(address.family(), length);
        if (!address.equals(mask(address, length))) {
            throw new IllegalArgumentException(
                    address + "/" + length + " has bits behind its length; " + mask(address, length) + "/" + length
                            + " is the prefix");
        }
    }

    /** The prefix of that length which contains the address. */
    public static IpPrefix containing(IpAddress address, int length) {
        checkLength(address.family(), length);
        return new IpPrefix(mask(address, length), length);
    }

    /** The /32 or /128 of one address. */
    public static IpPrefix host(IpAddress address) {
        return new IpPrefix(address, address.family().bits());
    }

    /**
     * Reads {@code address/length}; bits behind the length are an error.
     *
     * @throws IllegalArgumentException saying what was read and what is wrong
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not a CIDR prefix: '" + text + "' has no '/length'");
        }
        String digits = text.substring(slash + 1);
        if (!digits.matches("0|[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("not a CIDR prefix: '" + text + "' has no number behind the '/'");
        }
        return new IpPrefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(digits));
    }

    /** As {@link #parse}; empty when it is not a prefix. */
    public static Optional<IpPrefix> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException ignored) { // empty is the answer
            return Optional.empty();
        }
    }

    public AddressFamily family() {
        return address.family();
    }

    /** The last address: all host bits one. */
    public IpAddress last() {
        int hostBits = family().bits() - length;
        if (family() == AddressFamily.IPV4) {
            return IpAddress.ipv4(address.toInt() | (int) lowBits(hostBits));
        }
        return IpAddress.ipv6(address.high() | lowBits(hostBits - Long.SIZE), address.low() | lowBits(hostBits));
    }

    public boolean contains(IpAddress candidate) {
        return candidate.family() == family() && mask(candidate, length).equals(address);
    }

    /** Whether every address of the other prefix is in this one; also true for itself. */
    public boolean contains(IpPrefix other) {
        return other.length >= length && contains(other.address);
    }

    /** Whether any address is in both. */
    public boolean overlaps(IpPrefix other) {
        return contains(other) || other.contains(this);
    }

    /** Whether it is a /32 or /128. */
    public boolean isHost() {
        return length == family().bits();
    }

    @Override
    public int compareTo(IpPrefix other) {
        int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(length, other.length);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }

    private static void checkLength(AddressFamily family, int length) {
        if (length < 0 || length > family.bits()) {
            throw new IllegalArgumentException("prefix length " + length + " is not in 0 to " + family.bits());
        }
    }

    private static IpAddress mask(IpAddress address, int length) {
        if (address.family() == AddressFamily.IPV4) {
            return IpAddress.ipv4(address.toInt() & ~(int) lowBits(32 - length));
        }
        int hostBits = 128 - length;
        return IpAddress.ipv6(address.high() & ~lowBits(hostBits - Long.SIZE), address.low() & ~lowBits(hostBits));
    }

    /** The lowest {@code count} bits set; none for zero or less, all for 64 or more. */
    private static long lowBits(int count) {
        if (count <= 0) {
            return 0;
        }
        return count >= Long.SIZE ? -1L : (1L << count) - 1;
    }
}
