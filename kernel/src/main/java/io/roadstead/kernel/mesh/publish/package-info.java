/** The own cluster's objects, written into its own store for the others to read. Everything here belongs to the mesh loop. */
@NullMarked
package io.roadstead.kernel.mesh.publish;

import org.jspecify.annotations.NullMarked;
