package io.roadstead.plugin.datapath.ebpf.bpf;

import java.util.Optional;

/** What a program is for, as the name of its section says: {@code xdp/entry}, {@code tc/dispatch}, {@code cgroup/connect4}. */
public enum ProgramKind {
    XDP("xdp", 6, 37),
    /** Traffic control, by TCX or by clsact. */
    TC("tc", 3, 0), CONNECT4("cgroup/connect4", 18, 10), CONNECT6("cgroup/connect6", 18, 11), SENDMSG4("cgroup/sendmsg4", 18, 14),
    SENDMSG6("cgroup/sendmsg6", 18, 15), RECVMSG4("cgroup/recvmsg4", 18, 19), RECVMSG6("cgroup/recvmsg6", 18, 20),
    GETPEERNAME4("cgroup/getpeername4", 18, 29), GETPEERNAME6("cgroup/getpeername6", 18, 30), GETSOCKNAME4("cgroup/getsockname4", 18, 31),
    GETSOCKNAME6("cgroup/getsockname6", 18, 32), BIND4("cgroup/bind4", 18, 8), BIND6("cgroup/bind6", 18, 9),
    POST_BIND4("cgroup/post_bind4", 9, 12), POST_BIND6("cgroup/post_bind6", 9, 13), SOCK_RELEASE("cgroup/sock_release", 9, 34),
    SOCK_CREATE("cgroup/sock_create", 9, 2);

    private final String section;
    private final int type;
    private final int attachType;

    ProgramKind(String section, int type, int attachType) {
        this.section = section;
        this.type = type;
        this.attachType = attachType;
    }

    /** Of {@code enum bpf_prog_type}. */
    int type() {
        return type;
    }

    /** Of {@code enum bpf_attach_type}; 0 where the place of attachment says it. */
    int attachType() {
        return attachType;
    }

    static Optional<ProgramKind> ofSection(String name) {
        for (ProgramKind kind : values()) {
            if (name.equals(kind.section) || name.startsWith(kind.section + "/")) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
