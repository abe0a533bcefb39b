/** Planted: breaks a rule of the house on purpose. */
@NullMarked
package io.roadstead.api.model.planted;

import org.jspecify.annotations.NullMarked;
