/** Addresses, prefixes and ranges. */
@NullMarked
package io.roadstead.api.model.net;

import org.jspecify.annotations.NullMarked;
