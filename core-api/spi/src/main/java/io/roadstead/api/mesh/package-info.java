/** Which store joins clusters. */
@NullMarked
package io.roadstead.api.mesh;

import org.jspecify.annotations.NullMarked;
