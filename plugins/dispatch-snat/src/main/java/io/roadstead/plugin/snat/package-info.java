/** Dispatch by source NAT: backends see the node, and answer through it. */
@NullMarked
package io.roadstead.plugin.snat;

import org.jspecify.annotations.NullMarked;
