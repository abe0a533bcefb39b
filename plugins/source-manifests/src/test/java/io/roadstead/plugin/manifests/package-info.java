@NullMarked
package io.roadstead.plugin.manifests;

import org.jspecify.annotations.NullMarked;
