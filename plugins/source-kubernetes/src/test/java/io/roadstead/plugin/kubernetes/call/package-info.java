@NullMarked
package io.roadstead.plugin.kubernetes.call;

import org.jspecify.annotations.NullMarked;
