/** Decides which routes this node's own packets to Pods follow. */
@NullMarked
package io.roadstead.kernel.fib;

import org.jspecify.annotations.NullMarked;
