package io.roadstead.kernel.mesh.zstd;

import java.util.Arrays;
import java.util.zip.DataFormatException;

import org.jspecify.annotations.Nullable;

/** Compressed blocks of one frame (RFC 8878 §3.1.1.3), with the tables that later ones may use again. */
final class Block {

    /** Of any block, decompressed. */
    static final int MOST_BYTES = 128 << 10;

    private static final int[] LENGTH_BASES =
            {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128,
                256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536};
    private static final int[] LENGTH_BITS =
            {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12,
                13, 14, 15, 16};
    private static final int[] MATCH_BASES = {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
        28, 29,
        30, 31, 32, 33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16_387, 32_771, 65_539};
    private static final int[] MATCH_BITS =
            {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1,
                1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final int MOST_OFFSET_BITS = 31;

    private static final int[] LENGTH_COUNTS =
            {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1,
                -1, -1, -1};
    private static final int[] OFFSET_COUNTS = {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1};
    private static final int[] MATCH_COUNTS =
            {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};

    private final byte[] in;
    private final Output out;
    private final int frameStart;
    private final int[] offsets = {1, 4, 8};
    private @Nullable HuffmanTable huffman;
    private @Nullable FseTable lengths;
    private @Nullable FseTable distances;
    private @Nullable FseTable matches;
    private byte[] literals = {};
    private int at;

    Block(byte[] in, Output out) {
        this.in = in;
        this.out = out;
        this.frameStart = out.size();
    }

    void decode(int start, int end) throws DataFormatException {
        at = start;
        readLiterals(end);
        int before = out.size();
        int used = readSequences(end);
        out.append(literals, used, literals.length - used);
        requireBlockSize(out.size() - before);
    }

    private static void requireBlockSize(int size) throws DataFormatException {
        if (size > MOST_BYTES) {
            throw new DataFormatException("a block has more than " + MOST_BYTES + " bytes");
        }
    }

    private void readLiterals(int end) throws DataFormatException {
        int type = in[at] & 3;
        int format = in[at] >> 2 & 3;
        if (type < 2) {
            int header = format == 3 ? 3 : format == 1 ? 2 : 1;
            int size = (int) (little(header) >> ((format & 1) == 0 ? 3 : 4));
            requireBlockSize(size);
            at += header;
            int stored = type == 0 ? size : 1;
            require(at + stored <= end);
            literals = type == 0 ? Arrays.copyOfRange(in, at, at + size) : filled(in[at], size);
            at += stored;
            return;
        }
        int header = format < 2 ? 3 : format + 2;
        int width = format < 2 ? 10 : format == 2 ? 14 : 18;
        long bits = little(header) >> 4;
        int size = (int) bits & (1 << width) - 1;
        int stored = (int) (bits >> width) & (1 << width) - 1;
        requireBlockSize(size);
        at += header;
        int literalsEnd = at + stored;
        require(literalsEnd <= end);
        if (type == 2) {
            huffman = HuffmanTable.read(in, at, literalsEnd);
            at = huffman.end();
        }
        literals = new byte[size];
        if (format == 0) {
            decodeStream(at, literalsEnd, 0, size);
        } else {
            decodeFourStreams(literalsEnd);
        }
        at = literalsEnd;
    }

    private void decodeFourStreams(int end) throws DataFormatException {
        int quarter = (literals.length + 3) / 4;
        int position = at + 6;
        for (int stream = 0; stream < 4; stream++) {
            int stop = stream == 3 ? end : position + (in[at + 2 * stream] & 0xff | (in[at + 2 * stream + 1] & 0xff) << 8);
            require(stop <= end);
            int first = stream * quarter;
            decodeStream(position, stop, first, stream == 3 ? literals.length - first : quarter);
            position = stop;
        }
    }

    private void decodeStream(int start, int end, int first, int count) throws DataFormatException {
        require(count >= 0 && first + count <= literals.length);
        required(huffman).decode(new ReverseBits(in, start, end - start), literals, first, count);
    }

    /** Returns how many literals they used. */
    private int readSequences(int end) throws DataFormatException {
        require(at < end);
        int count = in[at++] & 0xff;
        if (count >= 128) {
            require(at + 2 <= end);
            count = count < 255 ? (count - 128 << 8) + (in[at++] & 0xff) : (int) little(2) + 0x7f00;
            at += count >= 0x7f00 ? 2 : 0;
        }
        if (count == 0) {
            require(at == end);
            return 0;
        }
        require(at < end && (in[at] & 3) == 0);
        int modes = in[at++];
        FseTable lengthTable = table(modes >> 6 & 3, lengths, end, 9, 6, LENGTH_COUNTS, LENGTH_BASES.length);
        FseTable distanceTable = table(modes >> 4 & 3, distances, end, 8, 5, OFFSET_COUNTS, MOST_OFFSET_BITS + 1);
        FseTable matchTable = table(modes >> 2 & 3, matches, end, 9, 6, MATCH_COUNTS, MATCH_BASES.length);
        lengths = lengthTable;
        distances = distanceTable;
        matches = matchTable;
        return decodeSequences(count, new ReverseBits(in, at, end - at), lengthTable, distanceTable, matchTable);
    }

    private int decodeSequences(int count, ReverseBits bits, FseTable lengthTable, FseTable distanceTable, FseTable matchTable)
            throws DataFormatException {
        int length = bits.read(lengthTable.log());
        int distance = bits.read(distanceTable.log());
        int match = bits.read(matchTable.log());
        int used = 0;
        int written = 0;
        for (int left = count; left > 0; left--) {
            int distanceCode = distanceTable.symbol(distance);
            require(distanceCode < MOST_OFFSET_BITS);
            int offset = (1 << distanceCode) + bits.read(distanceCode);
            int matchCode = matchTable.symbol(match);
            int matchLength = MATCH_BASES[matchCode] + bits.read(MATCH_BITS[matchCode]);
            int lengthCode = lengthTable.symbol(length);
            int literalLength = LENGTH_BASES[lengthCode] + bits.read(LENGTH_BITS[lengthCode]);
            if (left > 1) {
                length = lengthTable.next(length, bits);
                match = matchTable.next(match, bits);
                distance = distanceTable.next(distance, bits);
            }
            require(bits.left() >= 0 && literalLength <= literals.length - used);
            written += literalLength + matchLength;
            requireBlockSize(written);
            out.append(literals, used, literalLength);
            used += literalLength;
            out.copy(distanceOf(offset, literalLength), matchLength, frameStart);
        }
        require(bits.left() == 0);
        return used;
    }

    /** The first three values name one of the latest distances (RFC 8878 §3.1.1.5). */
    private int distanceOf(int value, int literalLength) {
        if (value > 3) {
            offsets[2] = offsets[1];
            offsets[1] = offsets[0];
            offsets[0] = value - 3;
            return offsets[0];
        }
        int index = value - 1 + (literalLength == 0 ? 1 : 0);
        if (index > 0) {
            int distance = index < 3 ? offsets[index] : offsets[0] - 1;
            if (index > 1) {
                offsets[2] = offsets[1];
            }
            offsets[1] = offsets[0];
            offsets[0] = distance;
        }
        return offsets[0];
    }

    private FseTable table(int mode, @Nullable FseTable before, int end, int mostLog, int log, int[] counts, int symbols)
            throws DataFormatException {
        return switch (mode) {
            case 0 -> FseTable.of(log, counts);
            case 1 -> {
                require(at < end && (in[at] & 0xff) < symbols);
                yield FseTable.constant(in[at++]);
            }
            case 2 -> {
                FseTable.Described described = FseTable.read(in, at, end, mostLog, symbols);
                at = described.end();
                yield described.table();
            }
            default -> required(before);
        };
    }

    private static byte[] filled(byte value, int count) {
        byte[] all = new byte[count];
        Arrays.fill(all, value);
        return all;
    }

    /** A number of that many octets, the lowest first. */
    private long little(int octets) {
        long value = 0;
        for (int i = 0; i < octets; i++) {
            value |= (in[at + i] & 0xffL) << Byte.SIZE * i;
        }
        return value;
    }

    /** What an earlier block has left. */
    private static <T> T required(@Nullable T table) throws DataFormatException {
        if (table == null) {
            throw new DataFormatException("a block wants a table that there is not");
        }
        return table;
    }

    private static void require(boolean sound) throws DataFormatException {
        if (!sound) {
            throw new DataFormatException("a block is damaged");
        }
    }
}
