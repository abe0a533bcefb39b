package io.roadstead.plugin.maglev;

import java.util.Base64;

/**
 * A seed as Cilium writes it. Bytes 0 to 3, big-endian, are murmur3's; the others are the flow hash's there, which Roadstead configures in one place for all
 * algorithms.
 *
 * @param text 12 bytes in base64
 */
public record HashSeed(String text) {

    private static final int BYTES = 12;

    public HashSeed {
        decode(text);
    }

    /** For the configuration. */
    public static HashSeed parse(String text) {
        return new HashSeed(text);
    }

    int murmur() {
        byte[] bytes = decode(text);
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    private static byte[] decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("hash seed '" + text + "' is not base64", wrong);
        }
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("hash seed '" + text + "' has " + bytes.length + " bytes, not " + BYTES);
        }
        return bytes;
    }
}
