/** Planted: breaks a rule of the house on purpose. */
@NullMarked
package io.roadstead.api.planted.one;

import org.jspecify.annotations.NullMarked;
