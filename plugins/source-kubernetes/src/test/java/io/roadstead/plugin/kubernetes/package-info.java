@NullMarked
package io.roadstead.plugin.kubernetes;

import org.jspecify.annotations.NullMarked;
