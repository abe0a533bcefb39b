package io.roadstead.api.model.bgp;

/** A large community (RFC 8092): three 32-bit numbers, written {@code global:local1:local2}. Ordered as unsigned numbers. */
public record LargeCommunity(int global, int local1, int local2) implements Comparable<LargeCommunity> {

    /**
     * Reads three decimals of 0 to 4294967295 with colons between.
     *
     * @throws IllegalArgumentException saying what was read
     */
    public static LargeCommunity parse(String text) {
        // The pattern first: parseUnsignedInt takes a plus sign and the digits of other scripts.
        if (text.matches("[0-9]{1,10}:[0-9]{1,10}:[0-9]{1,10}")) {
            String[] parts = text.split(":", -1);
            try {
                return new LargeCommunity(Integer.parseUnsignedInt(parts[0]), Integer.parseUnsignedInt(parts[1]),
                        Integer.parseUnsignedInt(parts[2]));
            } catch (NumberFormatException ignored) { // said below
            }
        }
        throw new IllegalArgumentException("not a large community: '" + text + "'; write three decimals up to 4294967295, like 64512:1:2");
    }

    @Override
    public int compareTo(LargeCommunity other) {
        int byGlobal = Integer.compareUnsigned(global, other.global);
        if (byGlobal != 0) {
            return byGlobal;
        }
        int byLocal1 = Integer.compareUnsigned(local1, other.local1);
        return byLocal1 != 0 ? byLocal1 : Integer.compareUnsigned(local2, other.local2);
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(global) + ":" + Integer.toUnsignedString(local1) + ":" + Integer.toUnsignedString(local2);
    }
}
