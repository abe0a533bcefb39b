/** The {@code roadstead} command: launcher of the agent and client of its admin socket. */
@NullMarked
package io.roadstead.cli;

import org.jspecify.annotations.NullMarked;
