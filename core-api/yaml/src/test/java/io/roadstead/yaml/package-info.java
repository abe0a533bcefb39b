@NullMarked
package io.roadstead.yaml;

import org.jspecify.annotations.NullMarked;
