package io.roadstead.api.model.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address without zone. Ordered by family, then by value. Two longs instead of an array: it is a key of every table.
 *
 * @param family says how many of the bits count
 * @param high upper 64 bits; zero for IPv4
 * @param low lower 64 bits; the upper half is zero for IPv4
 */
public record IpAddress(AddressFamily family, long high, long low) implements Comparable<IpAddress> {

    private static final long IPV4_MASK = 0xffff_ffffL;
    private static final long MAPPED_PREFIX = 0xffff_0000_0000L;
    private static final int MAX_TEXT = 45;
    private static final Pattern IPV6_SHAPE = Pattern.compile("(?:[0-9a-fA-F]{0,4}:)+(?:[0-9a-fA-F]{0,4}|[0-9]+[.][0-9.]+)");

    public IpAddress {
        if (family == AddressFamily.IPV4 && (high != 0 || (low & ~IPV4_MASK) != 0)) {
            throw new IllegalArgumentException("an IPv4 address has 32 bits");
        }
    }

    /** From the 32 bits of an IPv4 address. */
    public static IpAddress ipv4(int bits) {
        return new IpAddress(AddressFamily.IPV4, 0, bits & IPV4_MASK);
    }

    /** From the two halves of an IPv6 address; IPv4-mapped ones stay IPv6. */
    public static IpAddress ipv6(long high, long low) {
        return new IpAddress(AddressFamily.IPV6, high, low);
    }

    /** From 4 or 16 bytes in network order. */
    public static IpAddress ofBytes(byte[] bytes) {
        return switch (bytes.length) {
            case 4 -> ipv4((int) readLong(bytes, 0, 4));
            case 16 -> ipv6(readLong(bytes, 0, 8), readLong(bytes, 8, 8));
            default -> throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    /** From a socket's address; its zone is dropped. */
    public static IpAddress of(InetAddress address) {
        return ofBytes(address.getAddress());
    }

    /**
     * Reads dotted decimal or RFC 4291 text, strictly and without looking any name up.
     *
     * @throws IllegalArgumentException saying what was read
     */
    public static IpAddress parse(String text) {
        return tryParse(text).orElseThrow(() -> new IllegalArgumentException("not an IP address: '" + text + "'"));
    }

    /** As {@link #parse}; empty when it is not an address. */
    public static Optional<IpAddress> tryParse(String text) {
        if (text.indexOf(':') < 0) {
            return parseIpv4(text);
        }
        // Stricter than the JDK, which takes groups of five digits and leading zeros of an embedded IPv4 address.
        String tail = text.substring(text.lastIndexOf(':') + 1);
        if (text.length() > MAX_TEXT || !IPV6_SHAPE.matcher(text).matches() || (tail.indexOf('.') >= 0 && parseIpv4(tail).isEmpty())) {
            return Optional.empty();
        }
        try {
            InetAddress parsed = Inet6Address.ofLiteral(text); // InetAddress.ofLiteral tries IPv4 first, at the price of an exception
            // The JDK turns an IPv4-mapped address into an IPv4 one: map it back, the text said IPv6.
            return Optional.of(parsed instanceof Inet6Address
                    ? of(parsed)
                    : ipv6(0, MAPPED_PREFIX | of(parsed).low()));
        } catch (IllegalArgumentException ignored) { // empty is the answer
            return Optional.empty();
        }
    }

    private static Optional<IpAddress> parseIpv4(String text) {
        long bits = 0;
        int parts = 0;
        int index = 0;
        while (index < text.length() && parts < 4) {
            int start = index;
            int value = 0;
            while (index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9' && index - start < 3) {
                value = value * 10 + (text.charAt(index) - '0');
                index++;
            }
            boolean leadingZero = index - start > 1 && text.charAt(start) == '0';
            if (index == start || value > 255 || leadingZero) {
                return Optional.empty();
            }
            bits = bits << 8 | value;
            parts++;
            if (parts < 4) {
                if (index >= text.length() || text.charAt(index) != '.') {
                    return Optional.empty();
                }
                index++;
            }
        }
        return parts == 4 && index == text.length() ? Optional.of(ipv4((int) bits)) : Optional.empty();
    }

    /** 4 or 16 bytes in network order. */
    public byte[] toBytes() {
        byte[] bytes = new byte[family.bytes()];
        for (int i = 0; i < bytes.length; i++) {
            int bit = (bytes.length - 1 - i) * Byte.SIZE;
            bytes[i] = (byte) (bit >= Long.SIZE ? high >>> (bit - Long.SIZE) : low >>> bit);
        }
        return bytes;
    }

    /** For a socket. An IPv4-mapped IPv6 address becomes an IPv4 one there. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException impossible) { // the length is right by construction
            throw new IllegalStateException(impossible);
        }
    }

    /** The 32 bits of an IPv4 address. */
    public int toInt() {
        if (family != AddressFamily.IPV4) {
            throw new IllegalStateException(this + " is not an IPv4 address");
        }
        return (int) low;
    }

    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    public boolean isLoopback() {
        return family == AddressFamily.IPV4 ? low >>> 24 == 127 : high == 0 && low == 1;
    }

    /** 224.0.0.0/4 or ff00::/8. */
    public boolean isMulticast() {
        return family == AddressFamily.IPV4 ? low >>> 28 == 0xe : high >>> 56 == 0xff;
    }

    /** 169.254.0.0/16 or fe80::/10. */
    public boolean isLinkLocal() {
        return family == AddressFamily.IPV4 ? low >>> 16 == 0xa9fe : high >>> 54 == 0x3fa;
    }

    /** The next higher address; wraps from the last to the first. */
    public IpAddress next() {
        if (family == AddressFamily.IPV4) {
            return ipv4((int) low + 1);
        }
        return ipv6(low == -1L ? high + 1 : high, low + 1);
    }

    @Override
    public int compareTo(IpAddress other) {
        int byFamily = family.compareTo(other.family);
        if (byFamily != 0) {
            return byFamily;
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Dotted decimal, or the canonical text of RFC 5952. */
    @Override
    public String toString() {
        return family == AddressFamily.IPV4 ? ipv4Text((int) low) : ipv6Text();
    }

    private static String ipv4Text(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }

    private String ipv6Text() {
        if (high == 0 && low >>> 32 == 0xffff) {
            return "::ffff:" + ipv4Text((int) low); // RFC 5952 §5
        }
        // RFC 5952 §4.2: the longest run of at least two zero groups becomes "::", the first of equals.
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && group(end) == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(i)));
        }
        return text.toString();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> ((3 - (index & 3)) * 16)) & 0xffff;
    }

    private static long readLong(byte[] bytes, int offset, int length) {
        long value = 0;
        for (int i = offset; i < offset + length; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }
}
