package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Locale;

import io.roadstead.api.error.RoadsteadException;

/**
 * The few functions of libc that are needed. Results are those of the function, or minus the error number. Any thread. The class initialises on any
 * system; what is not Linux, or not a processor we know the number of {@code bpf(2)} for, is refused at the first call.
 */
final class Libc {

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    /** Where a call leaves its error number. */
    static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final int O_RDONLY_DIRECTORY_CLOEXEC = 0x80000
            | (System.getProperty("os.arch", "").equals("aarch64") ? 0x4000 : 0x10000);
    private static final int PROT_READ = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int PAGE_SIZE = 30;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int CLOCK_MONOTONIC = 1;

    private Libc() {
    }

    /** The system call {@code bpf(2)}. */
    static int bpf(int command, MemorySegment attributes, int size, MemorySegment state) {
        return result(Handles.BPF.call(state, Handles.BPF_NUMBER, command, attributes, size), state);
    }

    /** Opens a directory, for instance a cgroup. */
    static int openDirectory(Path path) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            return result(Handles.OPEN.call(state, arena.allocateFrom(path.toString()), O_RDONLY_DIRECTORY_CLOEXEC), state);
        }
    }

    static void close(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            // An error would tell of lost writes, of which there are none.
            Handles.CLOSE.call(arena.allocate(STATE), descriptor);
        }
    }

    /** Maps memory that other owners of the descriptor see; unmapped with the arena. */
    static MemorySegment map(int descriptor, long offset, long size, boolean writable, Arena arena, String subject) {
        try (var call = Arena.ofConfined()) {
            var state = call.allocate(STATE);
            MemorySegment start = Handles.MMAP.call(state, MemorySegment.NULL, size, writable ? PROT_READ_WRITE : PROT_READ, MAP_SHARED,
                    descriptor, offset);
            if (start.address() == -1) {
                throw Errno.failure(subject, "map its memory", (int) ERRNO_VALUE.get(state, 0L));
            }
            return start.reinterpret(size, arena, Libc::unmap);
        }
    }

    /** A socket that is closed in programs that this process starts. */
    static int socket(int domain, int type, int protocol) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            return result(Handles.SOCKET.call(state, domain, type | SOCK_CLOEXEC, protocol), state);
        }
    }

    static int send(int descriptor, MemorySegment memory) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            return result(Handles.SEND.call(state, descriptor, memory, memory.byteSize(), 0), state);
        }
    }

    static int receive(int descriptor, MemorySegment memory) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            return result(Handles.RECEIVE.call(state, descriptor, memory, memory.byteSize(), 0), state);
        }
    }

    /** Bytes of a page of memory. */
    static long pageSize() {
        try (var arena = Arena.ofConfined()) {
            return Handles.SYSCONF.call(arena.allocate(STATE), PAGE_SIZE);
        }
    }

    /** The clock that programs read by bpf_ktime_get_ns. */
    static long monotonicNanos() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            Handles.CLOCK.call(arena.allocate(STATE), CLOCK_MONOTONIC, time);
            return time.get(JAVA_LONG, 0) * 1_000_000_000L + time.get(JAVA_LONG, 8);
        }
    }

    private static void unmap(MemorySegment memory) {
        try (var arena = Arena.ofConfined()) {
            Handles.MUNMAP.call(arena.allocate(STATE), memory, memory.byteSize());
        }
    }

    private static int result(long returned, MemorySegment state) {
        return returned < 0 ? -(int) ERRNO_VALUE.get(state, 0L) : (int) returned;
    }

    /** Apart, so that they are looked up at the first call and not where a class merely mentions this one. */
    private static final class Handles {

        static final long BPF_NUMBER = bpfNumber();
        private static final MethodHandle SYSCALL =
                function("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
                        Linker.Option.firstVariadicArg(1));
        private static final MethodHandle OPEN_HANDLE = function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        private static final MethodHandle CLOSE_HANDLE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        private static final MethodHandle MMAP_HANDLE = function("mmap",
                FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        private static final MethodHandle SOCKET_HANDLE = function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        private static final MethodHandle SEND_HANDLE =
                function("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        private static final MethodHandle RECEIVE_HANDLE =
                function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        private static final MethodHandle SYSCONF_HANDLE = function("sysconf", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
        private static final MethodHandle CLOCK_HANDLE = function("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        private static final MethodHandle MUNMAP_HANDLE = function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

        static final Bpf<RuntimeException> BPF = unchecked((Bpf<Throwable>) (state, number, command, attributes,
                size) -> (long) SYSCALL.invokeExact(state, number, command, attributes, size));
        static final Open<RuntimeException> OPEN = unchecked((Open<Throwable>) (state, path, flags) -> (int) OPEN_HANDLE.invokeExact(state,
                path, flags));
        static final Close<RuntimeException> CLOSE =
                unchecked((Close<Throwable>) (state, descriptor) -> (int) CLOSE_HANDLE.invokeExact(state,
                        descriptor));
        static final Mmap<RuntimeException> MMAP = unchecked((Mmap<Throwable>) (state, address, size, protection, flags, descriptor,
                offset) -> (MemorySegment) MMAP_HANDLE.invokeExact(state, address, size, protection, flags, descriptor, offset));
        static final Munmap<RuntimeException> MUNMAP = unchecked((Munmap<Throwable>) (state, address,
                size) -> (int) MUNMAP_HANDLE.invokeExact(state, address, size));

        static final Socket<RuntimeException> SOCKET =
                unchecked((Socket<Throwable>) (state, domain, type,
                        protocol) -> (int) SOCKET_HANDLE.invokeExact(state, domain, type, protocol));
        static final Transfer<RuntimeException> SEND = unchecked((Transfer<Throwable>) (state, descriptor, memory, size,
                flags) -> (long) SEND_HANDLE.invokeExact(state, descriptor, memory, size, flags));
        static final Transfer<RuntimeException> RECEIVE = unchecked((Transfer<Throwable>) (state, descriptor, memory, size,
                flags) -> (long) RECEIVE_HANDLE.invokeExact(state, descriptor, memory, size, flags));
        static final Sysconf<RuntimeException> SYSCONF =
                unchecked((Sysconf<Throwable>) (state, name) -> (long) SYSCONF_HANDLE.invokeExact(state, name));
        static final Clock<RuntimeException> CLOCK =
                unchecked((Clock<Throwable>) (state, clock, time) -> (int) CLOCK_HANDLE.invokeExact(state, clock, time));

        private Handles() {
        }

        private static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
            var linker = Linker.nativeLinker();
            var all = new Linker.Option[options.length + 1];
            System.arraycopy(options, 0, all, 0, options.length);
            all[options.length] = ERRNO;
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, all);
        }

        /** A method handle declares Throwable, but a function of C throws nothing. */
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <T> T unchecked(Object call) {
            return (T) call;
        }
    }

    private static long bpfNumber() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> 321;
            case "aarch64" -> 280;
            default -> throw new IllegalStateException("no eBPF on this processor");
        };
    }

    /** Refuses systems without {@code bpf(2)}, before any call. */
    static void requirePlatform() {
        String system = System.getProperty("os.name", "");
        String processor = System.getProperty("os.arch", "");
        if (!system.toLowerCase(Locale.ROOT).equals("linux") || !processor.matches("amd64|x86_64|aarch64")) {
            throw new RoadsteadException(BpfErrorCode.BPF_UNSUPPORTED, "eBPF", "there is none on " + system + " " + processor,
                    "use Linux on x86-64 or arm64, or the proxy datapath");
        }
    }

    private interface Bpf<X extends Throwable> {
        long call(MemorySegment state, long number, int command, MemorySegment attributes, int size) throws X;
    }

    private interface Open<X extends Throwable> {
        int call(MemorySegment state, MemorySegment path, int flags) throws X;
    }

    private interface Close<X extends Throwable> {
        int call(MemorySegment state, int descriptor) throws X;
    }

    private interface Mmap<X extends Throwable> {
        MemorySegment call(MemorySegment state, MemorySegment address, long size, int protection, int flags, int descriptor, long offset)
                throws X;
    }

    private interface Socket<X extends Throwable> {
        int call(MemorySegment state, int domain, int type, int protocol) throws X;
    }

    private interface Transfer<X extends Throwable> {
        long call(MemorySegment state, int descriptor, MemorySegment memory, long size, int flags) throws X;
    }

    private interface Sysconf<X extends Throwable> {
        long call(MemorySegment state, int name) throws X;
    }

    private interface Clock<X extends Throwable> {
        int call(MemorySegment state, int clock, MemorySegment time) throws X;
    }

    private interface Munmap<X extends Throwable> {
        int call(MemorySegment state, MemorySegment address, long size) throws X;
    }
}
