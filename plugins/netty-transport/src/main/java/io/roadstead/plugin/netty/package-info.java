/** Netty event loops and sockets, exported to other plugins as a capability. */
@NullMarked
package io.roadstead.plugin.netty;

import org.jspecify.annotations.NullMarked;
