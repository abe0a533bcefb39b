package io.roadstead.plugin.netlink.socket;

import io.roadstead.api.error.ErrorCode;
import io.roadstead.api.error.ErrorKind;

/** What goes wrong between the agent and the kernel's tables. */
public enum NetlinkErrorCode implements ErrorCode {
    NETLINK_UNSUPPORTED(ErrorKind.RESOURCE),
    NETLINK_SYSTEM_CALL(ErrorKind.RESOURCE);

    private final ErrorKind kind;

    NetlinkErrorCode(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
