/** Mesh backend {@code etcd}. */
@NullMarked
package io.roadstead.plugin.mesh.etcd;

import org.jspecify.annotations.NullMarked;
