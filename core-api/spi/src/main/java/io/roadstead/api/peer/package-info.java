/** How routes reach a router. */
@NullMarked
package io.roadstead.api.peer;

import org.jspecify.annotations.NullMarked;
