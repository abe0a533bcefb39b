/** The registry of figures that are collected at scrape time. */
@NullMarked
package io.roadstead.kernel.metrics;

import org.jspecify.annotations.NullMarked;
