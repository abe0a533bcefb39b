/** From Services and their endpoints to what a datapath carries: frontends with backends, states and selection tables. */
@NullMarked
package io.roadstead.kernel.lb;

import org.jspecify.annotations.NullMarked;
