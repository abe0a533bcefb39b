/** Planted: breaks a rule of the house on purpose. */
@NullMarked
package io.roadstead.plugin.planted.one;

import org.jspecify.annotations.NullMarked;
