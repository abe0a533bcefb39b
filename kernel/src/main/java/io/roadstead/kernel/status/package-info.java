/** What the agent shows of itself, and what it writes to the cluster's objects about BGP. */
@NullMarked
package io.roadstead.kernel.status;

import org.jspecify.annotations.NullMarked;
