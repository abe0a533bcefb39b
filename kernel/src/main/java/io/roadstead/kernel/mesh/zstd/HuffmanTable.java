package io.roadstead.kernel.mesh.zstd;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/** Codes of literals (RFC 8878 §4.2): what the next {@code maxBits} bits begin with → symbol and length of its code. */
final class HuffmanTable {

    private static final int MOST_BITS = 11;
    private static final int MOST_WEIGHTS = 255;

    private final int maxBits;
    private final byte[] symbols;
    private final byte[] lengths;
    /** Where the input goes on behind the description. */
    private final int end;

    private HuffmanTable(int maxBits, byte[] symbols, byte[] lengths, int end) {
        this.maxBits = maxBits;
        this.symbols = symbols;
        this.lengths = lengths;
        this.end = end;
    }

    static HuffmanTable read(byte[] in, int offset, int limit) throws DataFormatException {
        int header = in[offset] & 0xff;
        int[] weights = new int[MOST_WEIGHTS + 1];
        if (header >= 128) {
            int count = header - 127;
            for (int i = 0; i < count; i++) {
                weights[i] = in[offset + 1 + i / 2] >> (i % 2 == 0 ? 4 : 0) & 15;
            }
            return of(weights, count, offset + 1 + (count + 1) / 2);
        }
        int end = offset + 1 + header;
        if (end > limit) {
            throw new DataFormatException("weights are cut off");
        }
        FseTable.Described table = FseTable.read(in, offset + 1, end, 6, MOST_BITS + 2);
        return of(weights, readWeights(table.table(), new ReverseBits(in, table.end(), end - table.end()), weights), end);
    }

    /** Two states take turns; how many weights there are shows when the bits run out. */
    private static int readWeights(FseTable table, ReverseBits bits, int[] weights) throws DataFormatException {
        int state = bits.read(table.log());
        int other = bits.read(table.log());
        int count = 0;
        while (count < MOST_WEIGHTS - 1) {
            weights[count++] = table.symbol(state);
            state = table.next(state, bits);
            if (bits.left() < 0) {
                weights[count++] = table.symbol(other);
                return count;
            }
            int turn = state;
            state = other;
            other = turn;
        }
        throw new DataFormatException("there are too many weights");
    }

    /** The last weight is not written: it makes the sum a power of two. */
    private static HuffmanTable of(int[] weights, int count, int end) throws DataFormatException {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i] == 0 ? 0 : 1 << weights[i] - 1;
        }
        int maxBits = sum == 0 ? 0 : FseTable.highestBit(sum) + 1;
        int rest = (1 << maxBits) - sum;
        if (maxBits == 0 || maxBits > MOST_BITS || Integer.bitCount(rest) != 1) {
            throw new DataFormatException("weights do not add up");
        }
        weights[count] = FseTable.highestBit(rest) + 1;
        byte[] symbols = new byte[1 << maxBits];
        byte[] lengths = new byte[1 << maxBits];
        int position = 0;
        for (int weight = 1; weight <= maxBits; weight++) { // longest codes first, within a length by symbol
            for (int symbol = 0; symbol <= count; symbol++) {
                if (weights[symbol] == weight) {
                    int next = position + (1 << weight - 1);
                    Arrays.fill(symbols, position, next, (byte) symbol);
                    Arrays.fill(lengths, position, next, (byte) (maxBits + 1 - weight));
                    position = next;
                }
            }
        }
        return new HuffmanTable(maxBits, symbols, lengths, end);
    }

    int end() {
        return end;
    }

    /** Reads exactly {@code count} literals from a whole stream. */
    void decode(ReverseBits in, byte[] out, int offset, int count) throws DataFormatException {
        int mask = (1 << maxBits) - 1;
        int state = in.read(maxBits);
        for (int i = offset; i < offset + count; i++) {
            out[i] = symbols[state];
            int length = lengths[state];
            state = state << length & mask | in.read(length);
        }
        if (in.left() != -maxBits) {
            throw new DataFormatException("literals do not end with their stream");
        }
    }
}
