/** Which backend a flow gets, how the packet gets there, and what carries it. */
@NullMarked
package io.roadstead.api.lb;

import org.jspecify.annotations.NullMarked;
