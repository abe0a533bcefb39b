/** The finite state machine of RFC 4271 §8: pure, no I/O, no clock, no Netty. */
@NullMarked
package io.roadstead.plugin.bgp.fsm;

import org.jspecify.annotations.NullMarked;
