/** Routes as rtnetlink writes them, and one table of the kernel's. */
@NullMarked
package io.roadstead.plugin.netlink.table;

import org.jspecify.annotations.NullMarked;
