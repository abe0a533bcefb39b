package io.roadstead.plugin.bgp.codec;

import java.util.HexFormat;

/** Numbers as the data field of a NOTIFICATION. */
final class Hex {

    private Hex() {
    }

    static String octet(int value) {
        return HexFormat.of().toHexDigits((byte) value);
    }

    /** Two octets. */
    static String octets(int value) {
        return HexFormat.of().toHexDigits((short) value);
    }
}
