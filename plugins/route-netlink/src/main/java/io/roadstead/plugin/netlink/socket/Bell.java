package io.roadstead.plugin.netlink.socket;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.roadstead.plugin.netlink.socket.SystemCalls.Call;

/** Ends another thread's waiting for a socket: an eventfd. Closed by the thread that waits, after it was rung for the last time. */
public final class Bell implements AutoCloseable {

    private static final int EFD_CLOEXEC = 0x80000;
    private static final short POLLIN = 1;
    private static final int POLL_SIZE = 8;

    private final int descriptor;

    public Bell() {
        SystemCalls.requirePlatform();
        descriptor = Call.EVENTFD2.run(0, EFD_CLOEXEC);
        if (descriptor < 0) {
            throw Errno.failure("make an eventfd", -descriptor);
        }
    }

    /** Any thread. It stays rung. */
    public void ring() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
            Call.WRITE.run(descriptor, one.address(), Long.BYTES);
        }
    }

    /** Waits, blocking the thread, until the socket has something to receive; false when rung. */
    public boolean await(NetlinkSocket socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(2L * POLL_SIZE, 4);
            ByteBuffer polled = both.asByteBuffer().order(ByteOrder.nativeOrder());
            polled.putInt(0, descriptor).putShort(4, POLLIN).putInt(POLL_SIZE, socket.descriptor()).putShort(POLL_SIZE + 4, POLLIN);
            int result = Call.PPOLL.run(both.address(), 2, 0, 0, 0);
            return result == -Errno.EINTR || polled.getShort(6) == 0;
        }
    }

    @Override
    public void close() {
        Call.CLOSE.run(descriptor);
    }
}
