/** Load-balancer address pools. */
@NullMarked
package io.roadstead.api.model.pool;

import org.jspecify.annotations.NullMarked;
