package io.roadstead.plugin.datapath.ebpf.bpf;

import io.roadstead.api.error.ErrorCode;
import io.roadstead.api.error.ErrorKind;

/** What can go wrong between this process and the kernel's eBPF. */
public enum BpfErrorCode implements ErrorCode {
    /** Not Linux, not a processor we know, or a kernel without the feature. */
    BPF_UNSUPPORTED(ErrorKind.RESOURCE),
    BPF_PERMISSION(ErrorKind.RESOURCE),
    /** The file is no eBPF object, or one of a kind that is not loaded here. */
    BPF_OBJECT_INVALID(ErrorKind.CONFIG),
    /** The kernel's verifier refused a program. */
    BPF_VERIFIER(ErrorKind.INTERNAL),
    /** A map of that name exists with another layout. */
    BPF_MAP_LAYOUT(ErrorKind.CONFIG),
    BPF_MAP_FULL(ErrorKind.RESOURCE),
    /** Something else is attached where only one can be. */
    BPF_BUSY(ErrorKind.RESOURCE),
    /** A path is not within a mounted bpffs. */
    BPF_FILE_SYSTEM(ErrorKind.RESOURCE),
    BPF_NOT_FOUND(ErrorKind.RESOURCE),
    BPF_SYSTEM_CALL(ErrorKind.RESOURCE);

    private final ErrorKind kind;

    BpfErrorCode(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
