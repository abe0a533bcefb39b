package io.roadstead.api.view;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A route in a table.
 *
 * @param localAsn   the virtual router's
 * @param peer       empty for what this node originates
 * @param attributes next hop unspecified for what this node originates
 * @param best       null where the table has no choice of paths
 * @param multipath of equal cost with the best one, itself included; null where the table has no choice of paths
 * @param note       why it is not used, or why it is best; empty when there is nothing to say
 */
public record RouteView(String node, String instance, AsNumber localAsn, String peer, String peerAddress, IpPrefix prefix,
        PathAttributes attributes, long ageMillis, @Nullable Boolean best, @Nullable Boolean multipath, String note) {
}
