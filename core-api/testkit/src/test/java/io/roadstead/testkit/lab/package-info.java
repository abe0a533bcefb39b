@NullMarked
package io.roadstead.testkit.lab;

import org.jspecify.annotations.NullMarked;
