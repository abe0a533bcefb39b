/** Which extensions there are now, and who wants to know. */
@NullMarked
package io.roadstead.kernel.registry;

import org.jspecify.annotations.NullMarked;
