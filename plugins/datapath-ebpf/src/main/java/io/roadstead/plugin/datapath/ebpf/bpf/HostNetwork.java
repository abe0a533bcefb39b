package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.TreeMap;

/**
 * What libc tells of the calling thread's network namespace, and Java does not: devices without an address, and the namespace's own number. Any thread.
 */
public final class HostNetwork {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 0x80002;
    private static final int SOL_SOCKET = 1;
    private static final int SO_NETNS_COOKIE = 71;
    private static final int ENTRY = 16;
    private static final int MOST_DEVICES = 1 << 20;
    private static final int LONGEST_NAME = 16;

    private HostNetwork() {
    }

    /** Indexes of all devices by name. */
    public static Map<String, Integer> devices() {
        Map<String, Integer> devices = new TreeMap<>();
        MemorySegment list = Handles.LIST.call();
        if (list.address() == 0) {
            return devices;
        }
        MemorySegment entries = list.reinterpret((long) MOST_DEVICES * ENTRY);
        for (long at = 0; entries.get(JAVA_INT, at) != 0; at += ENTRY) {
            String name = entries.get(ADDRESS, at + 8).reinterpret(LONGEST_NAME).getString(0);
            devices.put(name, entries.get(JAVA_INT, at));
        }
        Handles.FREE.call(list);
        return devices;
    }

    /** The cookie by which programs know the namespace; 0 where the kernel does not tell it (before 5.14). */
    public static long namespaceCookie() {
        int descriptor = Handles.SOCKET.call(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
        if (descriptor < 0) {
            return 0;
        }
        try (var socket = new Descriptor(descriptor); Arena arena = Arena.ofConfined()) {
            MemorySegment cookie = arena.allocate(JAVA_LONG);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Long.BYTES);
            int result = Handles.OPTION.call(socket.number(), SOL_SOCKET, SO_NETNS_COOKIE, cookie, length);
            return result == 0 ? cookie.get(JAVA_LONG, 0) : 0;
        }
    }

    /** Apart, so that they are looked up at the first call. */
    private static final class Handles {
        private static final MethodHandle IF_NAMEINDEX = function("if_nameindex", FunctionDescriptor.of(ADDRESS));
        private static final MethodHandle IF_FREENAMEINDEX = function("if_freenameindex", FunctionDescriptor.ofVoid(ADDRESS));
        private static final MethodHandle SOCKET_HANDLE =
                function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        private static final MethodHandle GETSOCKOPT =
                function("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

        static final ListDevices<RuntimeException> LIST =
                unchecked((ListDevices<Throwable>) () -> (MemorySegment) IF_NAMEINDEX.invokeExact());
        static final Free<RuntimeException> FREE = unchecked((Free<Throwable>) list -> {
            IF_FREENAMEINDEX.invokeExact(list);
        });
        static final Socket<RuntimeException> SOCKET = unchecked((Socket<Throwable>) (family, type, protocol) -> (int) SOCKET_HANDLE
                .invokeExact(family, type, protocol));
        static final Option<RuntimeException> OPTION = unchecked((Option<Throwable>) (socket, level, name, value,
                length) -> (int) GETSOCKOPT.invokeExact(socket, level, name, value, length));

        private Handles() {
        }

        private static MethodHandle function(String name, FunctionDescriptor descriptor) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
        }

        /** A method handle declares Throwable, but a function of C throws nothing. */
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <T> T unchecked(Object call) {
            return (T) call;
        }
    }

    private interface ListDevices<X extends Throwable> {
        MemorySegment call() throws X;
    }

    private interface Free<X extends Throwable> {
        void call(MemorySegment list) throws X;
    }

    private interface Socket<X extends Throwable> {
        int call(int family, int type, int protocol) throws X;
    }

    private interface Option<X extends Throwable> {
        int call(int socket, int level, int name, MemorySegment value, MemorySegment length) throws X;
    }
}
