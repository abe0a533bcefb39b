/** The agent's API over a unix socket and optional loopback TCP. */
@NullMarked
package io.roadstead.plugin.adminhttp;

import org.jspecify.annotations.NullMarked;
