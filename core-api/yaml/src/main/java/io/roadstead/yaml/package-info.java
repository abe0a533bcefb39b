/** Reads YAML as Kubernetes writes it, with the line of every field. */
@NullMarked
package io.roadstead.yaml;

import org.jspecify.annotations.NullMarked;
