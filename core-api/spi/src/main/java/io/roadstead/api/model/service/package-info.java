/** Services and their endpoints, reduced to what Roadstead reads. */
@NullMarked
package io.roadstead.api.model.service;

import org.jspecify.annotations.NullMarked;
