package io.roadstead.kernel.mesh.zstd;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/** What has been decompressed, up to a limit. */
final class Output {

    private static final int FIRST_SIZE = 1 << 12;

    private final int most;
    private byte[] bytes;
    private int size;

    Output(int most) {
        this.most = most;
        this.bytes = new byte[Math.min(FIRST_SIZE, most)];
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return bytes;
    }

    private void grow(int count) throws DataFormatException {
        if (count > most - size) {
            throw new DataFormatException("decompressed it has more than " + most + " bytes");
        }
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(2L * bytes.length, size + count)));
        }
    }

    void append(byte[] from, int offset, int count) throws DataFormatException {
        grow(count);
        System.arraycopy(from, offset, bytes, size, count);
        size += count;
    }

    void fill(byte value, int count) throws DataFormatException {
        grow(count);
        Arrays.fill(bytes, size, size + count, value);
        size += count;
    }

    /** Repeats what is {@code distance} before; it may overlap itself. */
    void copy(int distance, int count, int frameStart) throws DataFormatException {
        if (distance <= 0 || distance > size - frameStart) {
            throw new DataFormatException("a match begins before the frame");
        }
        grow(count);
        for (int i = 0; i < count; i++, size++) {
            bytes[size] = bytes[size - distance];
        }
    }
}
