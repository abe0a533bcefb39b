package io.roadstead.plugin.netlink.table;

import io.roadstead.plugin.netlink.socket.Errno;

/**
 * Why the kernel refused a change.
 *
 * @param detail the kernel's own words; may be empty
 */
public record Failure(int errno, String detail) {

    /** One clause. */
    public String text() {
        return detail.isEmpty() ? Errno.text(errno) : "the kernel says: " + detail;
    }
}
