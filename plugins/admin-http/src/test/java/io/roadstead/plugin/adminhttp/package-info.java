@NullMarked
package io.roadstead.plugin.adminhttp;

import org.jspecify.annotations.NullMarked;
