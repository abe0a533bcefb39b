/** Manifests from files: reading them, and saying what is wrong with them. */
@NullMarked
package io.roadstead.cli.manifest;

import org.jspecify.annotations.NullMarked;
