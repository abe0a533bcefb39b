package io.roadstead.plugin.datapath.ebpf.bpf;

import io.roadstead.api.error.RoadsteadException;

/** Error numbers of Linux that eBPF's system calls give, and the errors that a person can act on. */
final class Errno {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int E2BIG = 7;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;
    /** The kernel's own ENOTSUPP, which escapes to user space from some maps. */
    static final int ENOTSUPP = 524;

    private Errno() {
    }

    /**
     * What a failed call means to a person.
     *
     * @param subject   what it was about: {@code map rs_flow}, {@code program entry}
     * @param operation what was tried, as in "cannot …"
     */
    static RoadsteadException failure(String subject, String operation, int errno) {
        String problem = "cannot " + operation + ": " + text(errno);
        return switch (errno) {
            case EPERM -> new RoadsteadException(BpfErrorCode.BPF_PERMISSION, subject, problem,
                    "give the agent the capabilities CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, or run it as root");
            case ENOSYS -> new RoadsteadException(BpfErrorCode.BPF_UNSUPPORTED, subject, problem,
                    "use a kernel with eBPF, Linux 5.15 or newer, and a sandbox that lets bpf(2) pass");
            case E2BIG, ENOSPC -> new RoadsteadException(BpfErrorCode.BPF_MAP_FULL, subject, problem, "raise the size of the map");
            case ENOMEM -> new RoadsteadException(BpfErrorCode.BPF_SYSTEM_CALL, subject, problem,
                    "free memory, or raise the memory limit of the agent's cgroup, to which maps are charged");
            case EBUSY, EEXIST -> new RoadsteadException(BpfErrorCode.BPF_BUSY, subject, problem,
                    "remove what is there; `bpftool link` and `bpftool net` show it");
            case ENOENT, ENODEV -> new RoadsteadException(BpfErrorCode.BPF_NOT_FOUND, subject, problem, "");
            case EOPNOTSUPP, ENOTSUPP -> new RoadsteadException(BpfErrorCode.BPF_UNSUPPORTED, subject, problem,
                    "use a newer kernel, or a network driver that can do this");
            default -> new RoadsteadException(BpfErrorCode.BPF_SYSTEM_CALL, subject, problem, "");
        };
    }

    static String text(int errno) {
        return switch (errno) {
            case EPERM -> "not permitted (EPERM)";
            case ENOENT -> "no such thing (ENOENT)";
            case EINTR -> "interrupted (EINTR)";
            case E2BIG -> "no room (E2BIG)";
            case EAGAIN -> "not now (EAGAIN)";
            case ENOMEM -> "no memory (ENOMEM)";
            case EACCES -> "refused (EACCES)";
            case EBUSY -> "in use (EBUSY)";
            case EEXIST -> "exists already (EEXIST)";
            case ENODEV -> "no such device (ENODEV)";
            case EINVAL -> "not accepted by this kernel (EINVAL)";
            case ENOSPC -> "no space (ENOSPC)";
            case ENOSYS -> "the system call is missing or barred (ENOSYS)";
            case EOPNOTSUPP, ENOTSUPP -> "not supported (" + errno + ")";
            default -> "error number " + errno;
        };
    }
}
