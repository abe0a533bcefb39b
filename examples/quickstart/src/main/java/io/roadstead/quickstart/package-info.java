/** The agent and what it talks to, started on one machine by one command. */
@NullMarked
package io.roadstead.quickstart;

import org.jspecify.annotations.NullMarked;
