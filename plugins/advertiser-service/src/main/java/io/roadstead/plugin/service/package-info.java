/** Originates Service addresses. */
@NullMarked
package io.roadstead.plugin.service;

import org.jspecify.annotations.NullMarked;
