package io.roadstead.kernel.mesh.zstd;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/** Decompresses what is in memory as a whole. Knows no dictionaries. */
public final class Zstd {

    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE = 0x184D2A50;

    private Zstd() {
    }

    /**
     * Decompresses one frame or several.
     *
     * @param most bytes that may come of it
     * @throws DataFormatException when it is damaged, needs a dictionary, or is larger; nothing else, whatever is given
     */
    public static byte[] decompress(byte[] in, int most) throws DataFormatException {
        Output out = new Output(most);
        try {
            int at = 0;
            while (at < in.length) {
                at = frame(in, at, out);
            }
        } catch (IndexOutOfBoundsException cutOff) { // found where it is read instead of asking before each octet
            throw damaged(cutOff);
        }
        return Arrays.copyOf(out.bytes(), out.size());
    }

    /** Returns where it ends. */
    private static int frame(byte[] in, int start, Output out) throws DataFormatException {
        int magic = (int) little(in, start, 4);
        if ((magic & ~15) == SKIPPABLE) {
            long end = start + 8 + little(in, start + 4, 4);
            require(end <= in.length, "is cut off");
            return (int) end;
        }
        require(magic == MAGIC, "is not Zstandard");
        int descriptor = in[start + 4];
        require((descriptor & 8) == 0, "is of an unknown form");
        boolean single = (descriptor & 0x20) != 0;
        int at = start + (single ? 5 : 6);
        int dictionary = (1 << (descriptor & 3)) >> 1;
        require(little(in, at, dictionary) == 0, "needs a dictionary");
        at += dictionary;
        int sizeFlag = descriptor >> 6 & 3;
        int sizeOctets = sizeFlag == 0 ? single ? 1 : 0 : 1 << sizeFlag;
        long size = little(in, at, sizeOctets) + (sizeFlag == 1 ? 256 : 0);
        int content = out.size();
        at = blocks(in, at + sizeOctets, out);
        require(sizeOctets == 0 || size == out.size() - content, "does not have the size that it says");
        if ((descriptor & 4) == 0) {
            return at;
        }
        require((int) XxHash64.of(out.bytes(), content, out.size()) == (int) little(in, at, 4), "has another checksum");
        return at + 4;
    }

    private static int blocks(byte[] in, int start, Output out) throws DataFormatException {
        Block block = new Block(in, out);
        int at = start;
        boolean last = false;
        while (!last) {
            int header = (int) little(in, at, 3);
            last = (header & 1) != 0;
            int size = header >> 3;
            at += 3;
            require(size <= Block.MOST_BYTES, "has a block that is too large");
            switch (header >> 1 & 3) {
                case 0 -> {
                    out.append(in, at, size);
                    at += size;
                }
                case 1 -> out.fill(in[at++], size);
                case 2 -> {
                    require(at + size <= in.length, "is cut off");
                    block.decode(at, at + size);
                    at += size;
                }
                default -> throw new DataFormatException("has a block of an unknown form");
            }
        }
        return at;
    }

    private static long little(byte[] in, int at, int octets) {
        long value = 0;
        for (int i = 0; i < octets; i++) {
            value |= (in[at + i] & 0xffL) << Byte.SIZE * i;
        }
        return value;
    }

    private static void require(boolean sound, String otherwise) throws DataFormatException {
        if (!sound) {
            throw new DataFormatException(otherwise);
        }
    }

    private static DataFormatException damaged(Throwable cause) {
        DataFormatException damaged = new DataFormatException("is cut off or damaged");
        damaged.initCause(cause);
        return damaged;
    }
}
