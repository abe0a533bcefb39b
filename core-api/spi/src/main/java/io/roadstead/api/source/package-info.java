/** Where the cluster's objects come from. */
@NullMarked
package io.roadstead.api.source;

import org.jspecify.annotations.NullMarked;
