package io.roadstead.kernel.route;

import java.time.Instant;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A prefix that this node originates.
 *
 * @param since when it got these attributes
 */
public record OriginatedRoute(IpPrefix prefix, RouteAttributes attributes, Instant since) {
}
