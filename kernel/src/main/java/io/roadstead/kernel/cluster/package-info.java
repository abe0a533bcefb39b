/** The cluster's objects as this agent knows them: one table, written on the control loop only, from any number of sources. */
@NullMarked
package io.roadstead.kernel.cluster;

import org.jspecify.annotations.NullMarked;
