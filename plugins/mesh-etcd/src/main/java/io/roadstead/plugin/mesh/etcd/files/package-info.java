/** Files that say how clusters' etcds are reached, in the format of Cilium and etcdctl, and the watching of them. */
@NullMarked
package io.roadstead.plugin.mesh.etcd.files;

import org.jspecify.annotations.NullMarked;
