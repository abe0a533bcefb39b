/** Several agents in one JVM, joined by real etcds: what the mesh costs, and whether it ends right whatever happens on the way. Run by hand. */
@NullMarked
package io.roadstead.bench.mesh;

import org.jspecify.annotations.NullMarked;
