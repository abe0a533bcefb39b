/** From the cluster's objects to what each peer is told: who the peers are, which prefixes they get, and why not the others. */
@NullMarked
package io.roadstead.kernel.route;

import org.jspecify.annotations.NullMarked;
