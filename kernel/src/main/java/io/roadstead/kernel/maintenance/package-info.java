/** Takes this node out of service and back: when, how far, and what its routes are told meanwhile. */
@NullMarked
package io.roadstead.kernel.maintenance;

import org.jspecify.annotations.NullMarked;
