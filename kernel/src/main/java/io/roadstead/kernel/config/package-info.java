/** Reads HOCON into records, reports everything that is wrong with it, and documents itself. The only package that knows the HOCON library. */
@NullMarked
package io.roadstead.kernel.config;

import org.jspecify.annotations.NullMarked;
