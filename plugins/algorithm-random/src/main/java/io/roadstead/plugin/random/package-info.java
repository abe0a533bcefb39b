/** A backend by chance for each flow. */
@NullMarked
package io.roadstead.plugin.random;

import org.jspecify.annotations.NullMarked;
