package io.roadstead.kernel.mesh.zstd;

import java.util.zip.DataFormatException;

/**
 * A finite state entropy decoding table (RFC 8878 §4.1): state → symbol, and how the next state is read.
 *
 * @param symbols of each state
 * @param bits    to read for the next one
 * @param bases   to which they are added
 */
@SuppressWarnings("ArrayRecordComponent") // built once, never compared
record FseTable(int log, byte[] symbols, byte[] bits, short[] bases) {

    /** A table and where the input goes on behind its description. */
    record Described(FseTable table, int end) {
    }

    /** Always the same symbol, which takes no bits. */
    static FseTable constant(byte symbol) {
        return new FseTable(0, new byte[] {symbol}, new byte[1], new short[1]);
    }

    /** Negative counts mean less than one. */
    static FseTable of(int log, int... counts) throws DataFormatException {
        int size = 1 << log;
        byte[] symbols = new byte[size];
        int[] next = new int[counts.length];
        int high = size;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            if (counts[symbol] < 0) {
                symbols[--high] = (byte) symbol;
                next[symbol] = 1;
            }
        }
        int step = (size >> 1) + (size >> 3) + 3;
        int position = 0;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            for (int i = 0; i < counts[symbol]; i++) {
                next[symbol] = counts[symbol];
                symbols[position] = (byte) symbol;
                do {
                    position = position + step & size - 1;
                } while (position >= high);
            }
        }
        if (position != 0) {
            throw new DataFormatException("a table of states is not filled");
        }
        byte[] bits = new byte[size];
        short[] bases = new short[size];
        for (int state = 0; state < size; state++) {
            int count = next[symbols[state] & 0xff]++;
            bits[state] = (byte) (log - highestBit(count));
            bases[state] = (short) ((count << bits[state]) - size);
        }
        return new FseTable(log, symbols, bits, bases);
    }

    /** Reads a description (RFC 8878 §4.1.1) that begins at an offset. */
    static Described read(byte[] in, int offset, int end, int mostLog, int mostSymbols) throws DataFormatException {
        ForwardBits bits = new ForwardBits(in, offset, end);
        int log = bits.read(4) + 5;
        if (log > mostLog) {
            throw new DataFormatException("a table has 2^" + log + " states");
        }
        int[] counts = new int[mostSymbols];
        int remaining = 1 << log;
        int symbol = 0;
        while (remaining > 0) {
            if (symbol >= mostSymbols) {
                throw new DataFormatException("a table has too many symbols");
            }
            int width = highestBit(remaining + 1) + 1;
            int low = (1 << width - 1) - 1;
            int threshold = (1 << width) - 1 - (remaining + 1);
            int value = bits.read(width);
            if ((value & low) < threshold) {
                bits.unread();
                value &= low;
            } else if (value > low) {
                value -= threshold;
            }
            counts[symbol++] = value - 1;
            remaining -= Math.abs(value - 1);
            if (value == 1) {
                symbol += zeros(bits);
            }
        }
        if (remaining < 0 || symbol > mostSymbols) {
            throw new DataFormatException("a table's counts do not add up");
        }
        return new Described(of(log, counts), bits.end());
    }

    private static int zeros(ForwardBits bits) throws DataFormatException {
        int zeros = 0;
        int more;
        do {
            more = bits.read(2);
            zeros += more;
        } while (more == 3);
        return zeros;
    }

    int symbol(int state) {
        return symbols[state] & 0xff;
    }

    int next(int state, ReverseBits in) {
        return (bases[state] & 0xffff) + in.read(bits[state]);
    }

    static int highestBit(int value) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value);
    }

    /** Bits from the first to the last, the lowest of each octet first. */
    private static final class ForwardBits {
        private final byte[] bytes;
        private final int end;
        private int position;

        private ForwardBits(byte[] bytes, int start, int end) {
            this.bytes = bytes;
            this.end = end;
            this.position = start * Byte.SIZE;
        }

        private int read(int count) throws DataFormatException {
            int value = 0;
            for (int i = 0; i < count; i++, position++) {
                if (position >> 3 >= end) {
                    throw new DataFormatException("a table is cut off");
                }
                value |= (bytes[position >> 3] >> (position & 7) & 1) << i;
            }
            return value;
        }

        private void unread() {
            position--;
        }

        private int end() {
            return position + 7 >> 3;
        }
    }
}
