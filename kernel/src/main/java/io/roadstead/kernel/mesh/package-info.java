/** Joins clusters: publishes this one's objects in its store, and reads those of the others from theirs. */
@NullMarked
package io.roadstead.kernel.mesh;

import org.jspecify.annotations.NullMarked;
