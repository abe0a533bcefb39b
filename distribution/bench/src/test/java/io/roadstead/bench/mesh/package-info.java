@NullMarked
package io.roadstead.bench.mesh;

import org.jspecify.annotations.NullMarked;
