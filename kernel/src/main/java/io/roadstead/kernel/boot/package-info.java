/** Puts the agent together, starts and stops it. The only package that reads the machine's clock. */
@NullMarked
package io.roadstead.kernel.boot;

import org.jspecify.annotations.NullMarked;
