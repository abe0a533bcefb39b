package io.roadstead.kernel.fib;

import java.util.List;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * What peers told of a prefix.
 *
 * @param nextHops of the best path and of those of equal cost, as the peers told them
 * @param peer     that the best path came from
 */
record LearnedRoute(IpPrefix prefix, List<IpAddress> nextHops, String peer) {
    LearnedRoute {
        nextHops = List.copyOf(nextHops);
    }
}
