/** The architecture, as rules that fail the build. */
@NullMarked
package io.roadstead.archtests;

import org.jspecify.annotations.NullMarked;
