/** Taking a node out of service and back. */
@NullMarked
package io.roadstead.api.maintenance;

import org.jspecify.annotations.NullMarked;
