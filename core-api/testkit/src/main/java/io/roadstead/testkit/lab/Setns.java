package io.roadstead.testkit.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** The system call {@code setns(2)}: moves the calling thread, and no other, to another network namespace. */
final class Setns {

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO,
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETNS = function("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Setns() {
    }

    /** Only for a platform thread of the caller's own: its carrier would take a virtual thread's successors along. */
    static void enter(Path namespace) {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            var descriptor = (int) OPEN.invokeExact(state, arena.allocateFrom(namespace.toString()), O_RDONLY | O_CLOEXEC);
            check(descriptor, "open", namespace, state);
            try {
                check((int) SETNS.invokeExact(state, descriptor, CLONE_NEWNET), "setns", namespace, state);
            } finally {
                var ignored = (int) CLOSE.invokeExact(descriptor); // nothing was written, so nothing can be lost
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LabException("cannot enter " + namespace, e);
        }
    }

    private static void check(int result, String call, Path namespace, MemorySegment state) {
        if (result < 0) {
            throw new LabException("cannot enter " + namespace + ": " + call + " failed with errno " + (int) ERRNO_VALUE.get(state, 0L));
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
