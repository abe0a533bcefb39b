/** Keys and values of Cilium's cluster mesh: what is written for others to read, and the rules by which what others wrote is taken. Holds no state. */
@NullMarked
package io.roadstead.kernel.mesh.schema;

import org.jspecify.annotations.NullMarked;
