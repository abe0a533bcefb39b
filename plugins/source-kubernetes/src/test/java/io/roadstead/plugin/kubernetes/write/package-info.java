@NullMarked
package io.roadstead.plugin.kubernetes.write;

import org.jspecify.annotations.NullMarked;
