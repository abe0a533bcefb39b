/** Keeps routes in a table of the Linux kernel. */
@NullMarked
package io.roadstead.plugin.netlink;

import org.jspecify.annotations.NullMarked;
