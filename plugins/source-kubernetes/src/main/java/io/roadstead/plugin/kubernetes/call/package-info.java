/** Single requests to the API server: sent once, answered once, in a bounded time. */
@NullMarked
package io.roadstead.plugin.kubernetes.call;

import org.jspecify.annotations.NullMarked;
