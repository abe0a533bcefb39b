@NullMarked
package io.roadstead.testkit.kubernetes;

import org.jspecify.annotations.NullMarked;
