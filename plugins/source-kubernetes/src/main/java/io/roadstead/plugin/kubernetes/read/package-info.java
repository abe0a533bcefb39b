/** Lists and watches: from an API server's answers to batches of decoded objects. */
@NullMarked
package io.roadstead.plugin.kubernetes.read;

import org.jspecify.annotations.NullMarked;
