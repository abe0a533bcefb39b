/** Loops and timers. Time is injected: nothing outside the kernel's boot reads the machine's clock. */
@NullMarked
package io.roadstead.api.time;

import org.jspecify.annotations.NullMarked;
