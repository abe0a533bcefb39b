package io.roadstead.plugin.netlink.socket;

import io.roadstead.api.error.RoadsteadException;

/** Error numbers of Linux, in words. */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int EEXIST = 17;
    public static final int ENOBUFS = 105;

    private Errno() {
    }

    static RoadsteadException failure(String operation, int errno) {
        return new RoadsteadException(NetlinkErrorCode.NETLINK_SYSTEM_CALL, "rtnetlink", "cannot " + operation + ": " + text(errno),
                errno == EPERM ? "let the agent's sandbox allow netlink sockets" : "");
    }

    /** One clause. */
    public static String text(int errno) {
        return switch (errno) {
            case EPERM -> "not permitted (EPERM)";
            case ENOENT -> "no such thing (ENOENT)";
            case ESRCH -> "no such route (ESRCH)";
            case EAGAIN -> "no answer (EAGAIN)";
            case 12 -> "no memory (ENOMEM)";
            case 16 -> "busy (EBUSY)";
            case EEXIST -> "exists already (EEXIST)";
            case 19 -> "no such device (ENODEV)";
            case 22 -> "not accepted by this kernel (EINVAL)";
            case 24 -> "too many open files (EMFILE)";
            case 28 -> "no space (ENOSPC)";
            case 95 -> "not supported (EOPNOTSUPP)";
            case 97 -> "no such address family here (EAFNOSUPPORT)";
            case 100 -> "the device is down (ENETDOWN)";
            case 101 -> "the next hop is on no link of this node (ENETUNREACH)";
            case ENOBUFS -> "answers were lost (ENOBUFS)";
            case 113 -> "there is no way to the next hop (EHOSTUNREACH)";
            default -> "error number " + errno;
        };
    }
}
