/** Reads Zstandard (RFC 8878), without native code and without {@code sun.misc.Unsafe}. Writes nothing. */
@NullMarked
package io.roadstead.kernel.mesh.zstd;

import org.jspecify.annotations.NullMarked;
