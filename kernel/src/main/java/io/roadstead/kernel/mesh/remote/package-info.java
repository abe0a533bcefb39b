/** Reads what other clusters share, one state machine per cluster. Confined to the mesh loop. */
@NullMarked
package io.roadstead.kernel.mesh.remote;

import org.jspecify.annotations.NullMarked;
