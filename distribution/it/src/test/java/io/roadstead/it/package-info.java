/** Tests of the packaged tree; those that need root run in network namespaces. */
@NullMarked
package io.roadstead.it;

import org.jspecify.annotations.NullMarked;
