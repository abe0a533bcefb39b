package io.roadstead.api.peer;

import java.time.Instant;

import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.IpPrefix;

/**
 * One path of an instance's table.
 *
 * @param best      chosen
 * @param multipath of equal cost with the best one, itself included
 * @param reason    why it is, or is not, the best: the step of RFC 4271 §9.1.2.2 that decided
 */
public record RibEntry(IpPrefix prefix, PeerId peer, PathAttributes attributes, Instant since, boolean best, boolean multipath,
        String reason) {
}
