package io.roadstead.kernel.mesh.zstd;

import java.util.zip.DataFormatException;

/** Bits from the last to the first (RFC 8878 §4.1.3): the highest set bit of the last octet marks the end. */
final class ReverseBits {

    private final byte[] bytes;
    private final int start;
    /** How many bits are before the position; negative by how many were read beyond the first. */
    private int left;

    ReverseBits(byte[] bytes, int start, int length) throws DataFormatException {
        if (length <= 0 || bytes[start + length - 1] == 0) {
            throw new DataFormatException("a bit stream has no end");
        }
        this.bytes = bytes;
        this.start = start;
        this.left = length * Byte.SIZE - (Integer.numberOfLeadingZeros(bytes[start + length - 1] & 0xff) - 24) - 1;
    }

    /** Up to 31 bits; zeros stand before the first. */
    int read(int count) {
        left -= count;
        int value = 0;
        for (int bit = count; bit > 0;) {
            int at = left + bit - 1;
            if (at < 0) {
                return value << bit;
            }
            int take = Math.min(bit, (at & 7) + 1);
            int octet = (bytes[start + (at >> 3)] & 0xff) >> (at & 7) + 1 - take;
            value = value << take | octet & (1 << take) - 1;
            bit -= take;
        }
        return value;
    }

    int left() {
        return left;
    }
}
