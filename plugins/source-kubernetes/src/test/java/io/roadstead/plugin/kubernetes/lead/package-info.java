@NullMarked
package io.roadstead.plugin.kubernetes.lead;

import org.jspecify.annotations.NullMarked;
