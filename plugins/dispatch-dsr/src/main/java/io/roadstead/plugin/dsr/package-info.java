/** Dispatch with direct server return: backends see the client, and answer it directly. */
@NullMarked
package io.roadstead.plugin.dsr;

import org.jspecify.annotations.NullMarked;
