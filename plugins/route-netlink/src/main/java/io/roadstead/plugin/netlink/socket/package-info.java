/** Netlink sockets by system calls: the one package here that touches native memory. */
@NullMarked
package io.roadstead.plugin.netlink.socket;

import org.jspecify.annotations.NullMarked;
