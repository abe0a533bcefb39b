package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** What the kernel says of a map, program or link: a struct by offset, zero beyond what this kernel fills in. */
final class ObjectInfo {

    private static final int SIZE = 256;

    private final byte[] bytes;

    private ObjectInfo(byte[] bytes) {
        this.bytes = bytes;
    }

    static ObjectInfo of(int descriptor, String subject) {
        try (var call = new Attributes()) {
            MemorySegment info = call.allocate(SIZE);
            int result = call.int32(0, descriptor).int32(4, SIZE).pointer(8, info).call(Attributes.OBJ_INFO);
            if (result < 0) {
                throw Errno.failure(subject, "ask the kernel about it", -result);
            }
            return new ObjectInfo(info.toArray(JAVA_BYTE));
        }
    }

    int int32(int offset) {
        return MemorySegment.ofArray(bytes).get(JAVA_INT_UNALIGNED, offset);
    }

    long int64(int offset) {
        return MemorySegment.ofArray(bytes).get(JAVA_LONG_UNALIGNED, offset);
    }

    /** The kernel's name, of at most 15 characters. */
    String name(int offset) {
        int end = offset;
        while (end < offset + 16 && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.US_ASCII);
    }
}
