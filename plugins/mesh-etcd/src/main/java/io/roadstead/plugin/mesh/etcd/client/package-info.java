/** A connection to one cluster's etcd. */
@NullMarked
package io.roadstead.plugin.mesh.etcd.client;

import org.jspecify.annotations.NullMarked;
