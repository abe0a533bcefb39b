/** What Roadstead decided, written to the status of the cluster's objects. */
@NullMarked
package io.roadstead.plugin.kubernetes.write;

import org.jspecify.annotations.NullMarked;
