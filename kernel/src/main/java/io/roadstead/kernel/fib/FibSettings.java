package io.roadstead.kernel.fib;

import java.util.List;

import io.roadstead.api.model.net.IpPrefix;

/**
 * What is installed.
 *
 * @param direct  for which nodes the Pod CIDRs are routed through the node itself, when it is on a link of this one
 * @param learned learned routes within these prefixes are installed; none when empty
 */
public record FibSettings(Direct direct, List<IpPrefix> learned) {

    public FibSettings {
        learned = List.copyOf(learned);
    }

    /** For which nodes. */
    public enum Direct {
        /** None. */
        NONE,
        /** Those of other clusters. */
        MESH,
        /** All of this cluster and of others. */
        ALL
    }
}
