/** Handles: what was given must be taken back. Apart from plugins so that metrics, sources and meshes can give them without a cycle. */
@NullMarked
package io.roadstead.api.lifecycle;

import org.jspecify.annotations.NullMarked;
