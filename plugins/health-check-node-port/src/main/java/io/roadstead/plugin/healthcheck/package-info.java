/** Answers HTTP health checks of Services ({@code spec.healthCheckNodePort}) and of the node. */
@NullMarked
package io.roadstead.plugin.healthcheck;

import org.jspecify.annotations.NullMarked;
