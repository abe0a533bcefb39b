/** What Roadstead shows of itself: immutable records, made on request. */
@NullMarked
package io.roadstead.api.view;

import org.jspecify.annotations.NullMarked;
