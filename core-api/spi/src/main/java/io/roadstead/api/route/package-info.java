/** Which prefixes this node originates. */
@NullMarked
package io.roadstead.api.route;

import org.jspecify.annotations.NullMarked;
