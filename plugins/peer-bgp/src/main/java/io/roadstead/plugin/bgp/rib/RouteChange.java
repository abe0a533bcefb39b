package io.roadstead.plugin.bgp.rib;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.IpPrefix;

/**
 * What an {@link AdjRibIn} has to say to the {@link LocRib}.
 *
 * @param attributes null when the peer has no usable path any more
 * @param since      when the path came
 */
public record RouteChange(IpPrefix prefix, @Nullable PathAttributes attributes, Instant since) {
}
