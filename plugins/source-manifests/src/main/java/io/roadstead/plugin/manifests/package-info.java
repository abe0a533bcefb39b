/** Cluster objects read from a watched directory of Kubernetes YAML. */
@NullMarked
package io.roadstead.plugin.manifests;

import org.jspecify.annotations.NullMarked;
