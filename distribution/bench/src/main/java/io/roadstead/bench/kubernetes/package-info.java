/** What it costs to follow an API server. */
@NullMarked
package io.roadstead.bench.kubernetes;

import org.jspecify.annotations.NullMarked;
