/** Kubernetes objects, as trees of maps and lists, to model records; every fault with the path of its field. */
@NullMarked
package io.roadstead.kernel.resource;

import org.jspecify.annotations.NullMarked;
