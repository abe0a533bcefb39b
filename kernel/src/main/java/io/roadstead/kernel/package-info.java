/** The agent without its plugins: boot, configuration, plugin handling, cluster state and controllers. */
@NullMarked
package io.roadstead.kernel;

import org.jspecify.annotations.NullMarked;
