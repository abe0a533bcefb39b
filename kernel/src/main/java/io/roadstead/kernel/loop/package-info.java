/** Loops on real threads, directory watches, and the context that plugins get both from. */
@NullMarked
package io.roadstead.kernel.loop;

import org.jspecify.annotations.NullMarked;
