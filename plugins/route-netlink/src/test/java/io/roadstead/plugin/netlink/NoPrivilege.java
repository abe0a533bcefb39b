package io.roadstead.plugin.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadFactory;

/** Threads that have given up CAP_NET_ADMIN, and nothing else. The capabilities of Linux belong to threads. */
final class NoPrivilege {
    private static final int VERSION_3 = 0x2008_0522;
    private static final int CAP_NET_ADMIN = 12;

    private NoPrivilege() {
    }

    static ThreadFactory threads(ThreadFactory privileged) {
        return task -> privileged.newThread(() -> {
            giveUp();
            task.run();
        });
    }

    private static void giveUp() {
        try (var arena = Arena.ofConfined()) {
            var header = arena.allocateFrom(JAVA_INT, VERSION_3, 0);
            var data = arena.allocate(24, 4); // effective, permitted, inheritable of capabilities 0 to 31, then of 32 to 63
            call("capget", header, data);
            for (int set = 0; set < 3; set++) {
                data.setAtIndex(JAVA_INT, set, data.getAtIndex(JAVA_INT, set) & ~(1 << CAP_NET_ADMIN));
            }
            call("capset", header, data);
        }
    }

    private static void call(String function, MemorySegment header, MemorySegment data) {
        var linker = Linker.nativeLinker();
        var handle = linker.downcallHandle(linker.defaultLookup().findOrThrow(function), FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        try {
            if ((int) handle.invokeExact(header, data) != 0) {
                throw new AssertionError(function + " failed");
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
