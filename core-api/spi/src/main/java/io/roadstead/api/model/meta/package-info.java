/** What every Kubernetes object carries: names, labels, selectors, conditions. */
@NullMarked
package io.roadstead.api.model.meta;

import org.jspecify.annotations.NullMarked;
