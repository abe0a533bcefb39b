/** Tests of what a cluster is given: definitions, manifests, image, and the documentation of them. */
@NullMarked
package io.roadstead.deployment;

import org.jspecify.annotations.NullMarked;
