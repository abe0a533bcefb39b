/** Planted: breaks a rule of the house on purpose. */
@NullMarked
package io.roadstead.plugin.other;

import org.jspecify.annotations.NullMarked;
