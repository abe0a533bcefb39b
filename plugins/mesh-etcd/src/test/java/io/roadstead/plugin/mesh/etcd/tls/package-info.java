@NullMarked
package io.roadstead.plugin.mesh.etcd.tls;

import org.jspecify.annotations.NullMarked;
