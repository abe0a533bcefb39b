/** Planted: breaks a rule of the house on purpose. */
@NullMarked
package io.roadstead.kernel.planted;

import org.jspecify.annotations.NullMarked;
