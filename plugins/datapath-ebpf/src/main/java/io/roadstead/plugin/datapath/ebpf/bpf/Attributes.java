package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * One call of {@code bpf(2)}: the bytes of {@code union bpf_attr} by offset, and what else must live as long. Zero where nothing was set; larger than old
 * kernels know, which they accept as long as what they do not know is zero.
 */
final class Attributes implements AutoCloseable {

    static final int MAP_CREATE = 0;
    static final int MAP_LOOKUP = 1;
    static final int MAP_UPDATE = 2;
    static final int MAP_DELETE = 3;
    static final int MAP_NEXT_KEY = 4;
    static final int PROG_LOAD = 5;
    static final int OBJ_PIN = 6;
    static final int OBJ_GET = 7;
    static final int PROG_TEST_RUN = 10;
    static final int OBJ_INFO = 15;
    static final int BTF_LOAD = 18;
    static final int MAP_FREEZE = 22;
    static final int MAP_LOOKUP_BATCH = 24;
    static final int MAP_UPDATE_BATCH = 26;
    static final int MAP_DELETE_BATCH = 27;
    static final int LINK_CREATE = 28;
    static final int LINK_UPDATE = 29;
    static final int LINK_DETACH = 34;

    private static final int SIZE = 144;
    private static final int RETRIES = 5;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes;
    private final MemorySegment state;

    Attributes() {
        bytes = arena.allocate(SIZE, 8);
        state = arena.allocate(Libc.STATE);
    }

    Attributes int32(int offset, int value) {
        bytes.set(JAVA_INT_UNALIGNED, offset, value);
        return this;
    }

    int int32(int offset) {
        return bytes.get(JAVA_INT_UNALIGNED, offset);
    }

    Attributes int64(int offset, long value) {
        bytes.set(JAVA_LONG_UNALIGNED, offset, value);
        return this;
    }

    /** The address of memory, which must be native. */
    Attributes pointer(int offset, MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("the kernel cannot reach memory of the Java heap");
        }
        return int64(offset, memory.address());
    }

    Attributes pointer(int offset, String text) {
        return pointer(offset, arena.allocateFrom(text));
    }

    Attributes pointer(int offset, byte[] content) {
        MemorySegment memory = arena.allocate(Math.max(1, content.length), 8);
        MemorySegment.copy(content, 0, memory, JAVA_BYTE, 0, content.length);
        return pointer(offset, memory);
    }

    /** A name of the kernel's: at most 15 characters, of which it takes letters, digits, underscores and dots. */
    Attributes name(int offset, String name) {
        byte[] text = name.replaceAll("[^A-Za-z0-9_.]", "_").getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(text, 0, bytes, JAVA_BYTE, offset, Math.min(15, text.length));
        return this;
    }

    MemorySegment allocate(long size) {
        return arena.allocate(size, 8);
    }

    /** The result, or minus the error number. */
    int call(int command) {
        int result = Libc.bpf(command, bytes, SIZE, state);
        for (int i = 0; i < RETRIES && (result == -Errno.EAGAIN || result == -Errno.EINTR); i++) {
            // Signals of the JVM interrupt the verifier and test runs.
            result = Libc.bpf(command, bytes, SIZE, state);
        }
        return result;
    }

    @Override
    public void close() {
        arena.close();
    }
}
