package io.roadstead.api.model.bgp;

import java.util.Optional;

/** A standard community (RFC 1997): 32 bits, written {@code high:low}. Ordered as unsigned numbers. */
public record Community(int value) implements Comparable<Community> {

    /**
     * Reads {@code a:b} with 0 to 65535 each, or one decimal of 0 to 4294967295.
     *
     * @throws IllegalArgumentException saying what was read
     */
    public static Community parse(String text) {
        if (text.matches("[0-9]{1,5}:[0-9]{1,5}")) {
            int colon = text.indexOf(':');
            int high = Integer.parseInt(text.substring(0, colon));
            int low = Integer.parseInt(text.substring(colon + 1));
            if (high <= 0xffff && low <= 0xffff) {
                return new Community(high << 16 | low);
            }
        } else if (text.matches("[0-9]{1,10}") && Long.parseLong(text) <= 0xffff_ffffL) {
            return new Community((int) Long.parseLong(text));
        }
        throw new IllegalArgumentException("not a standard community: '" + text + "'; write 65001:100 or a decimal up to 4294967295");
    }

    /** The registered name, where it has one. */
    public Optional<WellKnownCommunity> wellKnown() {
        return WellKnownCommunity.of(value);
    }

    @Override
    public int compareTo(Community other) {
        return Integer.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return (value >>> 16) + ":" + (value & 0xffff);
    }
}
