@NullMarked
package io.roadstead.plugin.mesh.etcd.diagnose;

import org.jspecify.annotations.NullMarked;
