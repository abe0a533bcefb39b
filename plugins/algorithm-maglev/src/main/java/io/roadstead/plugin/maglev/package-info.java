/** Maglev hashing (Eisenbud et al., NSDI 2016): every backend takes turns at the slots of its own permutation. */
@NullMarked
package io.roadstead.plugin.maglev;

import org.jspecify.annotations.NullMarked;
