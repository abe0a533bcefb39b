/** Stores of a mesh within the agent. */
@NullMarked
package io.roadstead.plugin.mesh.memory;

import org.jspecify.annotations.NullMarked;
