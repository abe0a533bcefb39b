/** Pods. */
@NullMarked
package io.roadstead.api.model.pod;

import org.jspecify.annotations.NullMarked;
