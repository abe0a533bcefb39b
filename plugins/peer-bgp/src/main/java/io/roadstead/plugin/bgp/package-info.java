/** BGP-4 (RFC 4271): codec, finite state machine, routing tables and sessions. */
@NullMarked
package io.roadstead.plugin.bgp;

import org.jspecify.annotations.NullMarked;
