package io.roadstead.plugin.random;

import io.roadstead.api.config.Doc;

/** Configuration of the random algorithm: it has none. */
@Doc("A backend by chance, in proportion to the weights. Small tables; a flow that changes nodes changes its backend.")
public record RandomConfig() {
}
