package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

import io.roadstead.api.error.RoadsteadException;

/** One program on its way into the kernel. */
final class ProgramLoad {

    private static final int INSTRUCTION = 8;
    private static final int LOG_BYTES = 1 << 20;
    private static final int LARGEST_LOG = 1 << 24;

    private final BpfObject object;
    private final ProgramSource source;
    private final byte[] code;
    private final BpfLoader.KernelTypes types;

    ProgramLoad(BpfObject object, ProgramSource source, byte[] code, BpfLoader.KernelTypes types) {
        this.object = object;
        this.source = source;
        this.code = code;
        this.types = types;
    }

    BpfProgram load() {
        int result = attempt(0).result();
        if (result < 0) {
            throw refusal(-result);
        }
        return new BpfProgram(source.name(), source.kind(), new Descriptor(result));
    }

    private RoadsteadException refusal(int errno) {
        String subject = "eBPF program " + source.name() + " of " + object.name();
        if (errno == Errno.EPERM || errno == Errno.ENOMEM || errno == Errno.ENOSYS) {
            return Errno.failure(subject, "load it", errno);
        }
        // Once more, to hear why: writing the log takes the verifier several times as long.
        int bytes = LOG_BYTES;
        Attempt second = attempt(bytes);
        while (second.result() == -Errno.ENOSPC && bytes < LARGEST_LOG) {
            bytes *= 4;
            second = attempt(bytes);
        }
        if (second.result() >= 0) {
            // It was accepted this time, so the first failure was not the verifier's.
            new Descriptor(second.result()).close();
            return Errno.failure(subject, "load it", errno);
        }
        if (second.log().isBlank()) {
            return Errno.failure(subject, "load it", errno);
        }
        return new RoadsteadException(BpfErrorCode.BPF_VERIFIER, subject,
                "the kernel's verifier refuses it: " + BpfLoader.lastWord(second.log()),
                "use a newer kernel, or report it with the verifier's log", new VerifierRejection(second.log()));
    }

    private Attempt attempt(int logBytes) {
        try (var call = new Attributes()) {
            call.int32(0, source.kind().type()).int32(4, code.length / INSTRUCTION).pointer(8, code).pointer(16, object.license())
                    .name(48, source.name()).int32(68, source.kind().attachType()).int32(72, types.number());
            MemorySegment log = call.allocate(Math.max(1, logBytes));
            if (logBytes > 0) {
                call.int32(24, 1).int32(28, logBytes).pointer(32, log);
            }
            int result = call.call(Attributes.PROG_LOAD);
            return new Attempt(result, logBytes == 0 ? "" : BpfLoader.text(log.toArray(JAVA_BYTE)));
        }
    }

    private record Attempt(int result, String log) {
    }
}
