package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A program that the kernel has accepted. Any thread. */
public final class BpfProgram implements AutoCloseable {

    private static final int SK_BUFF = 192;
    private static final int XDP_MD = 24;
    private static final int ROOM = 2048;
    private static final int LIVE_FRAMES = 1 << 1;

    private final String name;
    private final ProgramKind kind;
    private final Descriptor descriptor;

    BpfProgram(String name, ProgramKind kind, Descriptor descriptor) {
        this.name = name;
        this.kind = kind;
        this.descriptor = descriptor;
    }

    public String name() {
        return name;
    }

    public ProgramKind kind() {
        return kind;
    }

    /** For other system calls and for arrays of programs; belongs to this. */
    public int fd() {
        return descriptor.number();
    }

    /** The kernel's number for it. */
    public int id() {
        return info().int32(4);
    }

    /** How many instructions the verifier looked at; 0 on kernels before 5.16, which do not say. */
    public long verifiedInstructions() {
        return Integer.toUnsignedLong(info().int32(216));
    }

    /**
     * Runs it on a packet that begins with its Ethernet header. No packet leaves the machine, but maps change as in earnest. Devices are those of the calling
     * thread's network namespace. More than one repetition only makes sense for a program that leaves the packet as it is.
     */
    public TestRun run(byte[] packet, TestContext context, int repeat) {
        try (var call = new Attributes()) {
            int capacity = packet.length + ROOM;
            MemorySegment out = call.allocate(capacity);
            call.int32(0, fd()).int32(8, packet.length).int32(12, capacity).pointer(16, packet).pointer(24, out).int32(32, repeat);
            MemorySegment seen = context(call, packet.length, context);
            if (seen.byteSize() > 0) {
                call.int32(40, (int) seen.byteSize()).pointer(48, seen);
            }
            int result = call.call(Attributes.PROG_TEST_RUN);
            if (result < 0) {
                throw Errno.failure(subject(), "run it on a packet of " + packet.length + " bytes", -result);
            }
            return new TestRun(call.int32(4), out.asSlice(0, call.int32(12)).toArray(JAVA_BYTE), Integer.toUnsignedLong(call.int32(36)));
        }
    }

    /**
     * Runs an XDP program on copies of a frame and really sends those that it wants to: with {@code XDP_TX} they leave by the device, which is one of the calling
     * thread's network namespace. Later copies may begin as the program left earlier ones. For measurements; needs Linux 5.18.
     */
    public void transmit(byte[] frame, int ifindex, int copies) {
        try (var call = new Attributes()) {
            MemorySegment seen = context(call, frame.length, new TestContext(0, 0, ifindex));
            int result = call.int32(0, fd()).int32(8, frame.length).pointer(16, frame).int32(32, copies).int32(40, (int) seen.byteSize())
                    .pointer(48, seen).int32(64, LIVE_FRAMES).call(Attributes.PROG_TEST_RUN);
            if (result < 0) {
                throw Errno.failure(subject(), "send frames by device " + ifindex, -result);
            }
        }
    }

    /** Pins it to a path of a bpffs. */
    public void pin(Path path) {
        Pins.pin(fd(), path, subject());
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private MemorySegment context(Attributes call, int length, TestContext context) {
        if (context.equals(TestContext.NONE)) {
            return MemorySegment.NULL;
        }
        if (kind == ProgramKind.XDP) {
            MemorySegment seen = call.allocate(XDP_MD);
            seen.set(JAVA_INT_UNALIGNED, 4, length);
            seen.set(JAVA_INT_UNALIGNED, 12, context.ingressIfindex());
            return seen;
        }
        MemorySegment seen = call.allocate(SK_BUFF);
        seen.set(JAVA_INT_UNALIGNED, 8, context.mark());
        seen.set(JAVA_INT_UNALIGNED, 36, context.ingressIfindex());
        seen.set(JAVA_INT_UNALIGNED, 40, context.ifindex());
        return seen;
    }

    private ObjectInfo info() {
        return ObjectInfo.of(fd(), subject());
    }

    private String subject() {
        return "eBPF program " + name;
    }

    @Override
    public String toString() {
        return name;
    }
}
