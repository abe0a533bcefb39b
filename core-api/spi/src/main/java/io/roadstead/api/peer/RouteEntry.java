package io.roadstead.api.peer;

import java.time.Instant;

import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.IpPrefix;

/**
 * A prefix in a session's table.
 *
 * @param since      when it was last sent or received
 * @param stale      kept over the peer's restart and not refreshed yet
 * @param ineligible why it may not be used, like {@code AS loop}; empty when it may
 */
public record RouteEntry(IpPrefix prefix, PathAttributes attributes, Instant since, boolean stale, String ineligible) {
}
