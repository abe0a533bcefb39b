/** Nodes, reduced to what Roadstead reads. */
@NullMarked
package io.roadstead.api.model.node;

import org.jspecify.annotations.NullMarked;
