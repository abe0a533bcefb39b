/** Errors with a code, a subject and a remedy. */
@NullMarked
package io.roadstead.api.error;

import org.jspecify.annotations.NullMarked;
