/** A plugin with a room for native memory that touches it outside. */
@NullMarked
package io.roadstead.plugin.netlink.planted;

import org.jspecify.annotations.NullMarked;
