package io.roadstead.kernel.lb;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What of other clusters a plan was made from: when it changes, the plan must be made anew.
 *
 * @param addresses  of which the nodes were looked up
 * @param links      clusters of which it counts whether they can be reached
 * @param reconsider when time alone changes it; null for never
 */
record RemoteReads(Set<RemoteAddress> addresses, Set<String> links, @Nullable Instant reconsider) {

    static final RemoteReads NOTHING = new RemoteReads(Set.of(), Set.of(), null);

    RemoteReads {
        addresses = Set.copyOf(addresses);
        links = Set.copyOf(links);
    }
}
