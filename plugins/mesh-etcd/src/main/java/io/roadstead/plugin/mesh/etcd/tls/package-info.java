/** Certificates and keys of a connection to etcd, read from files. */
@NullMarked
package io.roadstead.plugin.mesh.etcd.tls;

import org.jspecify.annotations.NullMarked;
