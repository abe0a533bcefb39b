/** Which agent of the cluster leads: election by a Lease. */
@NullMarked
package io.roadstead.plugin.kubernetes.lead;

import org.jspecify.annotations.NullMarked;
