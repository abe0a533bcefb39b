package io.roadstead.plugin.netlink.socket;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Locale;

import io.roadstead.api.error.RoadsteadException;

/** Linux system calls by number. The class initialises on any system; the first call refuses what is not Linux on a processor whose numbers are known. */
final class SystemCalls {

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private SystemCalls() {
    }

    /** The calls that are used, with their numbers on x86-64 and arm64. */
    enum Call {
        SOCKET(41, 198), BIND(49, 200), GETSOCKNAME(51, 204), SETSOCKOPT(54, 208), SENDTO(44, 206), RECVFROM(45, 207), PPOLL(271, 73),
        EVENTFD2(290, 19), WRITE(1, 64), CLOSE(3, 57);

        private final long x86;
        private final long arm;

        Call(long x86, long arm) {
            this.x86 = x86;
            this.arm = arm;
        }

        /** The call's result, or minus the error number. A segment must be reachable until the call has returned. */
        int run(long... arguments) {
            long[] all = Arrays.copyOf(arguments, 6);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                long result = Handles.SYSCALL.call(state, Handles.ARM ? arm : x86, all[0], all[1], all[2], all[3], all[4], all[5]);
                return result < 0 ? -(int) ERRNO.get(state, 0L) : (int) result;
            }
        }
    }

    /** Refuses systems that have no rtnetlink, or another one than this class knows. */
    static void requirePlatform() {
        String system = System.getProperty("os.name", "");
        String processor = System.getProperty("os.arch", "");
        if (!system.toLowerCase(Locale.ROOT).equals("linux") || !processor.matches("amd64|x86_64|aarch64")) {
            throw new RoadsteadException(NetlinkErrorCode.NETLINK_UNSUPPORTED, "routes",
                    "there is no rtnetlink on " + system + " " + processor,
                    "use Linux on x86-64 or arm64, or set roadstead.routes.installer to none");
        }
    }

    /** Apart, so that it is looked up at the first call. */
    private static final class Handles {
        static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
        private static final MethodHandle HANDLE = handle();
        static final Syscall<RuntimeException> SYSCALL = unchecked((Syscall<Throwable>) (state, number, a, b, c, d, e,
                f) -> (long) HANDLE.invokeExact(state, number, a, b, c, d, e, f));

        private Handles() {
        }

        private static MethodHandle handle() {
            Linker linker = Linker.nativeLinker();
            FunctionDescriptor descriptor =
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG);
            return linker.downcallHandle(linker.defaultLookup().findOrThrow("syscall"), descriptor, Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));
        }

        /** A method handle declares Throwable, but a function of C throws nothing. */
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <T> T unchecked(Object call) {
            return (T) call;
        }
    }

    private interface Syscall<X extends Throwable> {
        long call(MemorySegment state, long number, long a, long b, long c, long d, long e, long f) throws X;
    }
}
