/** What the plugin exports: event loops, connections and listeners for plugins that speak a protocol over TCP. */
@NullMarked
package io.roadstead.plugin.netty.api;

import org.jspecify.annotations.NullMarked;
