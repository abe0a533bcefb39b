/** Figures for Prometheus, collected from status at scrape time. */
@NullMarked
package io.roadstead.api.metrics;

import org.jspecify.annotations.NullMarked;
