/** Finds out, step by step, why an etcd cannot be used. */
@NullMarked
package io.roadstead.plugin.mesh.etcd.diagnose;

import org.jspecify.annotations.NullMarked;
