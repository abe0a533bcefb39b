package io.roadstead.kernel.route;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.meta.LabelSelector;

/** Names the routes that every peer with this family and this advertisement selector gets: computed once for all of them. */
record TableKey(AfiSafi family, LabelSelector advertisements) {
}
