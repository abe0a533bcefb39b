package io.roadstead.plugin.datapath.ebpf.bpf;

/** What the kernel's verifier said about a program that it refused: the cause of the {@link BpfErrorCode#BPF_VERIFIER} error. */
public final class VerifierRejection extends RuntimeException {

    private static final int TAIL = 16_384;

    VerifierRejection(String log) {
        super(log.length() <= TAIL ? log : "…" + log.substring(log.length() - TAIL), null, false, false);
    }
}
