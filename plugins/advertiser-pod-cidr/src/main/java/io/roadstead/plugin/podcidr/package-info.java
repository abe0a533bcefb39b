/** Originates the local node's Pod CIDRs. */
@NullMarked
package io.roadstead.plugin.podcidr;

import org.jspecify.annotations.NullMarked;
