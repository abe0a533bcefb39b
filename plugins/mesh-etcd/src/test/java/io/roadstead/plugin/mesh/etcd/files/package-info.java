@NullMarked
package io.roadstead.plugin.mesh.etcd.files;

import org.jspecify.annotations.NullMarked;
