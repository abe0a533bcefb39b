package io.roadstead.plugin.maglev;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash3 x64 128 (Austin Appleby, public domain).
 *
 * @param high the first half of the hash
 * @param low  the second
 */
record Murmur3(long high, long low) {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;
    private static final int BLOCK = 16;

    /** @param seed unsigned */
    static Murmur3 hash128(byte[] data, int seed) {
        long h1 = Integer.toUnsignedLong(seed);
        long h2 = h1;
        int blocks = data.length / BLOCK;
        for (int i = 0; i < blocks; i++) {
            h1 ^= scrambleFirst((long) WORD.get(data, i * BLOCK));
            h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= scrambleSecond((long) WORD.get(data, i * BLOCK + Long.BYTES));
            h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }
        h2 ^= scrambleSecond(tail(data, blocks * BLOCK + Long.BYTES));
        h1 ^= scrambleFirst(tail(data, blocks * BLOCK));

        h1 ^= data.length;
        h2 ^= data.length;
        h1 += h2;
        h2 += h1;
        h1 = mix(h1);
        h2 = mix(h2);
        h1 += h2;
        h2 += h1;
        return new Murmur3(h1, h2);
    }

    /** Up to eight bytes from there; 0, which scrambles to 0, when there are none. */
    private static long tail(byte[] data, int from) {
        long word = 0;
        for (int i = Math.min(data.length, from + Long.BYTES) - 1; i >= from; i--) {
            word = word << Byte.SIZE | data[i] & 0xff;
        }
        return word;
    }

    private static long scrambleFirst(long word) {
        return Long.rotateLeft(word * C1, 31) * C2;
    }

    private static long scrambleSecond(long word) {
        return Long.rotateLeft(word * C2, 33) * C1;
    }

    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
