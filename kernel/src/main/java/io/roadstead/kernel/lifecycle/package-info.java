/** Starting and stopping the agent's parts in order, each within its time. */
@NullMarked
package io.roadstead.kernel.lifecycle;

import org.jspecify.annotations.NullMarked;
