/** Objects of other clusters, as their stores tell them. */
@NullMarked
package io.roadstead.api.model.mesh;

import org.jspecify.annotations.NullMarked;
